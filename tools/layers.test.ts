import { describe, expect, test } from 'vitest';
import { importsIn, packageOf } from './imports.ts';
import { faultsOf } from './layers.ts';
import { type Manifest, type Project, readProjects, readRootManifest } from './workspaces.ts';

test('every workspace keeps the table of layers', () => {
  const projects = readProjects();

  expect(projects.map(({ manifest }) => manifest.name)).toContain('@novasim/rpc'); // the gate looks at something
  expect(projects.flatMap(({ imports }) => imports).length).toBeGreaterThan(100);
  expect(faultsOf(projects, readRootManifest())).toEqual([]);
});

describe('the gate refuses', () => {
  test.for([
    ['an unknown layer', { layer: 'kitchen' }, {}, '@novasim/it: novasim.layer is "kitchen"'],
    ['a missing layer', {}, {}, '@novasim/it: novasim.layer is undefined'],
    ['a package in the domain', { layer: 'domain' }, { kysely: '1.0.0' }, 'may not name kysely (layer domain)'],
    [
      'the bus in the store',
      { layer: 'store' },
      { '@novasim/rpc': '0.1.0' },
      'may not name @novasim/rpc (layer store)',
    ],
    ['ours in rpc', { layer: 'rpc' }, { '@novasim/cloud': '0.1.0' }, 'may not name @novasim/cloud (layer rpc)'],
    [
      'rpcapi for a contract',
      { layer: 'contract' },
      { '@novasim/rpcapi': '0.1.0' },
      '@novasim/rpcapi (layer contract)',
    ],
    ['express in an app', { layer: 'app' }, { express: '1.0.0' }, 'may not name express (layer app)'],
    ['amqplib in an app', { layer: 'app' }, { amqplib: '1.0.0' }, 'may not name amqplib (layer app)'],
    ['amqplib in the api', { layer: 'edge' }, { amqplib: '1.0.0' }, 'may not name amqplib (layer edge)'],
    ['a driver in an app', { layer: 'app' }, { pg: '1.0.0' }, 'may not name pg (layer app)'],
    ['an app in an app', { layer: 'app' }, { '@novasim/api': '0.1.0' }, 'may not name @novasim/api (layer app)'],
    ['an app in a library', { layer: 'chassis' }, { '@novasim/api': '0.1.0' }, 'may not name @novasim/api'],
    ['rpc in the broker', { layer: 'broker' }, { '@novasim/rpc': '0.1.0' }, 'may not name @novasim/rpc (layer broker)'],
    ['the testkit in an app', { layer: 'app' }, { '@novasim/testkit': '0.1.0' }, 'may not name @novasim/testkit'],
    ['the testkit in the stack', { layer: 'stack' }, { '@novasim/testkit': '0.1.0' }, 'may not name @novasim/testkit'],
    ['a package in the stack', { layer: 'stack' }, { express: '1.0.0' }, 'may not name express (layer stack)'],
    [
      'the database where db is false',
      { layer: 'app', db: false },
      { '@novasim/store': '0.1.0' },
      '@novasim/it: dependencies may not name @novasim/store (novasim.db is false)',
    ],
  ] as const)('%s', ([, novasim, dependencies, fault]) => {
    const imports = importsIn('src/a.ts', Object.keys(dependencies).map(importing).join('\n'));
    const faults = faultsOf([
      ...HOUSE,
      { dir: 'libs/it', manifest: { name: '@novasim/it', novasim, dependencies }, imports },
    ]);

    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain(fault);
  });

  test.for([
    ['another app for tests', { layer: 'app' }, { '@novasim/api': '0.1.0' }, 'tests import no other app'],
    [
      'the database for tests where db is false',
      { layer: 'app', db: false },
      { '@novasim/store': '0.1.0' },
      'db is false',
    ],
  ] as const)('%s', ([, novasim, devDependencies, fault]) => {
    const imports = importsIn('test/a.test.ts', Object.keys(devDependencies).map(importing).join('\n'));
    const manifest = { name: '@novasim/it', novasim, devDependencies };

    expect(faultsOf([...HOUSE, { dir: 'apps/it', manifest, imports }])).toEqual([expect.stringContaining(fault)]);
  });

  test.for([
    ['an undeclared import', 'app', 'src/a.ts', 'pg', 'imports pg: not declared'],
    ['an undeclared import in a test', 'app', 'src/a.test.ts', 'pg', 'imports pg: not declared'],
    ['a source that imports what is for tests', 'app', 'src/a.ts', 'vitest', 'declared for tests only'],
    ['I/O in the domain', 'domain', 'src/a.ts', 'node:fs', 'domain does no I/O'],
    ['the package itself by name', 'app', 'src/a.ts', '@novasim/it', 'inside a package import the file'],
    ['a deep import by path', 'app', 'test/a.ts', '../../rpc/src/target.ts', 'outside its project'],
  ] as const)('%s', ([, layer, file, specifier, fault]) => {
    const manifest = { name: '@novasim/it', novasim: { layer }, devDependencies: { vitest: '1.0.0' } };
    const imports = importsIn(file, `${importing(specifier)}\n`);
    const used = importsIn('test/used.test.ts', importing('vitest'));

    expect(faultsOf([{ dir: 'libs/it', manifest, imports: [...imports, ...used] }])).toEqual([
      expect.stringContaining(fault),
    ]);
  });

  test.for([
    ['amqplib', 'src/drivers/amqp/'],
    ['@opentelemetry/api', 'src/telemetry/'],
  ] as const)('%s in libs/rpc outside %s', ([dependency, folder]) => {
    const manifest = { name: '@novasim/rpc', novasim: { layer: 'rpc' }, dependencies: { [dependency]: '1.0.0' } };
    const at = (file: string) =>
      faultsOf([{ dir: 'libs/rpc', manifest, imports: importsIn(file, importing(dependency)) }]);

    expect(at(`${folder}a.ts`)).toEqual([]);
    expect(at('src/client.ts')).toEqual([expect.stringContaining(`only under ${folder}`)]);
  });

  test('flows that import more of rpcapi than its types', () => {
    const manifest = {
      name: '@novasim/flows',
      novasim: { layer: 'contract' },
      dependencies: { '@novasim/rpcapi': '0.1.0' },
    };
    const with_ = (source: string) =>
      faultsOf([...HOUSE, { dir: 'libs/flows', manifest, imports: importsIn('src/a.ts', source) }]);

    expect(with_(`import type { ComputeEndpoint } from '@novasim/rpcapi';`)).toEqual([]);
    expect(with_(`import { ComputeAPI } from '@novasim/rpcapi';`)).toEqual([
      expect.stringContaining('only by import type'),
    ]);
  });

  test.for(['^1.2.3', '~1.2.3', '1.2', '*', 'latest', '>=1.0.0'])('the range %s', (version) => {
    const it = project({ layer: 'rpc' }, { amqplib: version }, 'src/drivers/amqp/a.ts');

    expect(faultsOf([it])).toEqual([expect.stringContaining(`amqplib@${version} is not an exact version`)]);
  });

  test('two versions of one package, the root included', () => {
    const a = project({ layer: 'store' }, { pg: '1.0.0' });

    expect(faultsOf([a], { name: 'root', devDependencies: { pg: '1.0.1' } })).toEqual([
      'root: pg@1.0.1, but @novasim/it has 1.0.0',
    ]);
  });

  test('a dependency that nothing imports, and one that only tests import', () => {
    const manifest = {
      name: '@novasim/it',
      novasim: { layer: 'store' },
      dependencies: { kysely: '1.0.0', pg: '1.0.0' },
      devDependencies: { '@types/pg': '1.0.0', '@types/other': '1.0.0' },
    };

    expect(faultsOf([{ dir: 'libs/it', manifest, imports: importsIn('src/a.test.ts', importing('pg')) }])).toEqual([
      '@novasim/it: dependencies names kysely, which no source imports',
      '@novasim/it: dependencies names pg, which no source imports',
      '@novasim/it: devDependencies names @types/other, which no file imports',
    ]);
  });
});

describe(importsIn, () => {
  test('finds every way of asking for a module, and none in comments and texts', () => {
    const source = [
      `import one from 'one';`,
      `import { a,\n  b } from 'two/deep';`,
      `import type { T } from '@three/x/y';`,
      `export { c } from 'four';`,
      `export type { U } from 'five';`,
      `import 'six';`,
      `const seven = await import('seven');`,
      `/** import no from 'doc'; */`,
      `// import('line')`,
      ` * import no from 'star'`,
      `const text = "import('text')", glob = 'apps/*/x';`,
      `const eight = await import('eight'); /* */`,
    ].join('\n');

    expect(importsIn('a.ts', source).map(({ specifier, isType }) => [packageOf(specifier), isType])).toEqual([
      ['one', false],
      ['two', false],
      ['@three/x', true],
      ['four', false],
      ['five', true],
      ['six', false],
      ['seven', false],
      ['eight', false],
    ]);
  });

  test.for(['./a.ts', '../a.ts', 'node:fs'])('%s names no package', (specifier) => {
    expect(packageOf(specifier)).toBeUndefined();
  });
});

const importing = (specifier: string) => `import {} from '${specifier}';`;

/** A made-up project whose one source imports all that it declares. */
function project(
  novasim: NonNullable<Manifest['novasim']>,
  dependencies: Record<string, string>,
  file = 'src/a.ts',
): Project {
  const imports = importsIn(file, Object.keys(dependencies).map(importing).join('\n'));
  return { dir: 'libs/it', manifest: { name: '@novasim/it', novasim, dependencies }, imports };
}

/** Made-up neighbours, one a layer. */
const HOUSE: readonly Project[] = [
  ['cloud', 'domain'],
  ['rpc', 'rpc'],
  ['rpcapi', 'contract'],
  ['store', 'store'],
  ['testkit', 'testkit'],
  ['api', 'edge'],
].map(([name, layer = '']) => ({
  dir: `libs/${name}`,
  manifest: { name: `@novasim/${name}`, version: '0.1.0', novasim: { layer } },
  imports: [],
}));
