import { packageOf } from './imports.ts';
import type { Manifest, Project } from './workspaces.ts';

/** What a layer may import: of ours by layer, from npm by name. */
interface Layer {
  readonly ours: readonly LayerName[];
  /** `any`: the project chooses for itself. */
  readonly npm: readonly string[] | 'any';
}

type LayerName = (typeof NAMES)[number];
const NAMES = [
  'domain',
  'rpc',
  'contract',
  'store',
  'chassis',
  'app',
  'edge',
  'ui',
  'broker',
  'testkit',
  'stack',
] as const;

const OF_AN_APP = ['contract', 'chassis', 'rpc', 'domain', 'store'] as const;

/** Import direction. A project imports what its row allows and nothing else; the row is `novasim.layer` of its manifest. */
const LAYERS: Readonly<Record<LayerName, Layer>> = {
  domain: { ours: ['domain'], npm: [] },
  rpc: { ours: [], npm: ['amqplib', '@opentelemetry/api'] },
  contract: { ours: ['rpc', 'domain'], npm: [] },
  store: { ours: ['domain'], npm: ['kysely', 'pg'] },
  chassis: { ours: ['rpc', 'domain'], npm: ['pino', 'prom-client'] },
  app: { ours: OF_AN_APP, npm: [] },
  edge: { ours: OF_AN_APP, npm: ['express', 'zod', 'zod-openapi', 'pino-http'] },
  ui: { ours: ['domain'], npm: 'any' },
  broker: { ours: [], npm: [] },
  testkit: {
    ours: ['domain', 'rpc', 'contract', 'store', 'chassis', 'broker'],
    npm: ['testcontainers', 'amqplib', 'pg', 'playwright-core', 'axe-core'],
  },
  stack: { ours: [...OF_AN_APP, 'app', 'edge', 'ui', 'broker'], npm: [] },
};

/** What one project may import beyond its row. `asTypes`: only by `import type`. */
const BEYOND: Readonly<Record<string, Readonly<Record<string, 'asTypes' | 'whole'>>>> = {
  '@novasim/flows': { '@novasim/rpcapi': 'asTypes' },
  // Every service of a lab serves the lab's interface: it is the chassis's own.
  '@novasim/service': { '@novasim/rpcapi': 'whole' },
  '@novasim/study': { '@novasim/flows': 'whole' },
  // The firehose is not RPC: the observer reads it with the AMQP client itself.
  // And it serves the pages: it asks the study where they are.
  '@novasim/observer': { amqplib: 'whole', '@novasim/study': 'whole' },
};

/** The one folder of each project that may import a package; elsewhere in its sources it is refused. */
const CONFINED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  '@novasim/rpc': { amqplib: 'src/drivers/amqp/', '@opentelemetry/api': 'src/telemetry/' },
};

/** The two kinds of workspace by where they live; libs never import apps. */
const isApp = (layer: LayerName | undefined) => ['app', 'edge', 'ui', 'stack'].includes(layer ?? '');

/** Everything in which the workspaces break the rules, as sentences; empty when they keep them. */
export function faultsOf(projects: readonly Project[], root?: Manifest): readonly string[] {
  const house = new Map(projects.map(({ manifest }) => [manifest.name, manifest]));
  return [
    ...projects.flatMap((project) => [
      ...layerFaults(project, house),
      ...importFaults(project),
      ...unusedFaults(project),
    ]),
    ...versionFaults([...projects.map(({ manifest }) => manifest), ...(root ? [root] : [])], house),
  ];
}

function layerFaults({ manifest }: Project, house: ReadonlyMap<string, Manifest>): readonly string[] {
  const { name } = manifest;
  const layer = layerOf(manifest);
  if (layer === undefined) {
    return [`${name}: novasim.layer is ${JSON.stringify(manifest.novasim?.layer)}: wants one of ${NAMES.join(', ')}`];
  }
  const refuses = (dependency: string): string | undefined => {
    const theirs = house.get(dependency);
    const { ours, npm } = LAYERS[layer];
    if (BEYOND[name]?.[dependency] !== undefined) return undefined;
    if (theirs === undefined) return npm === 'any' || npm.includes(dependency) ? undefined : `layer ${layer}`;
    const their = layerOf(theirs);
    if (their === 'store' && manifest.novasim?.db === false) return 'novasim.db is false';
    return their !== undefined && ours.includes(their) ? undefined : `layer ${layer}`;
  };
  const refusesInTests = (dependency: string): string | undefined => {
    const theirs = house.get(dependency);
    const their = theirs && layerOf(theirs);
    if (their === 'store' && manifest.novasim?.db === false) return 'novasim.db is false';
    return isApp(their) && layer !== 'stack' ? 'tests import no other app' : undefined;
  };
  return [
    ...said(name, 'dependencies', Object.keys(manifest.dependencies ?? {}), refuses),
    ...said(name, 'devDependencies', Object.keys(manifest.devDependencies ?? {}), refusesInTests),
  ];
}

function said(
  name: string,
  field: string,
  dependencies: readonly string[],
  refuses: (dependency: string) => string | undefined,
): readonly string[] {
  return dependencies.flatMap((dependency) => {
    const why = refuses(dependency);
    return why === undefined ? [] : [`${name}: ${field} may not name ${dependency} (${why})`];
  });
}

function importFaults({ manifest, imports }: Project): readonly string[] {
  const { name, dependencies = {}, devDependencies = {} } = manifest;
  const layer = layerOf(manifest);
  return imports.flatMap(({ file, specifier, isType }) => {
    const where = `${name}: ${file} imports ${specifier}`;
    const wanted = packageOf(specifier);
    if (wanted === undefined) {
      if (specifier.startsWith('node:') && layer === 'domain' && isProduct(file))
        return [`${where}: domain does no I/O`];
      return /^\.\.?\//.test(specifier) && leaves(file, specifier) ? [`${where}: outside its project`] : [];
    }
    if (!isProduct(file)) {
      // A test may come in by the package's own door.
      return wanted === name || wanted in dependencies || wanted in devDependencies ? [] : [`${where}: not declared`];
    }
    if (wanted === name) return [`${where}: inside a package import the file`];
    const folder = CONFINED[name]?.[wanted];
    if (folder !== undefined && !file.startsWith(folder)) return [`${where}: only under ${folder}`];
    if (BEYOND[name]?.[wanted] === 'asTypes' && !isType) return [`${where}: only by import type`];
    if (wanted in dependencies) return [];
    // The testkit is itself a test's: what runs the tests may be imported by it.
    if (layer === 'testkit' && wanted in devDependencies) return [];
    return wanted in devDependencies
      ? [`${where}: declared for tests only (devDependencies)`]
      : [`${where}: not declared`];
  });
}

function unusedFaults({ manifest, imports }: Project): readonly string[] {
  const { name, dependencies = {}, devDependencies = {} } = manifest;
  const everywhere = new Set(imports.map(({ specifier }) => packageOf(specifier)));
  const inProduct = new Set(imports.filter(({ file }) => isProduct(file)).map(({ specifier }) => packageOf(specifier)));
  const typed = (dependency: string) => dependency.replace(/^@types\//, '').replace(/^(.+)__/, '@$1/');
  return [
    ...Object.keys(dependencies)
      .filter((dependency) => !inProduct.has(dependency))
      .map((dependency) => `${name}: dependencies names ${dependency}, which no source imports`),
    ...Object.keys(devDependencies)
      .filter((dependency) => !everywhere.has(dependency) && !everywhere.has(typed(dependency)))
      .map((dependency) => `${name}: devDependencies names ${dependency}, which no file imports`),
  ];
}

function versionFaults(manifests: readonly Manifest[], house: ReadonlyMap<string, Manifest>): readonly string[] {
  const seen = new Map<string, { version: string; by: string }>();
  for (const [name, { version = '' }] of house) seen.set(name, { version, by: name });
  return manifests.flatMap(({ name: by, dependencies, devDependencies, optionalDependencies }) =>
    Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies }).flatMap(
      ([dependency, version]) => {
        const at = `${by}: ${dependency}@${version}`;
        if (!/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version)) return [`${at} is not an exact version`];
        const first = seen.get(dependency);
        if (first === undefined) seen.set(dependency, { version, by });
        return first !== undefined && first.version !== version ? [`${at}, but ${first.by} has ${first.version}`] : [];
      },
    ),
  );
}

function layerOf({ novasim }: Manifest): LayerName | undefined {
  return NAMES.find((name) => name === novasim?.layer);
}

/** What runs in a service, and not only in its tests or its bench. */
function isProduct(file: string): boolean {
  return file.startsWith('src/') && !/\.test\.tsx?$/.test(file);
}

/** Does a relative import climb out of the project's folder? */
function leaves(file: string, specifier: string): boolean {
  return new URL(specifier, `file:///project/${file}`).pathname.startsWith('/project/') === false;
}
