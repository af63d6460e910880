import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type AsyncApiDocument, asyncapi, type EndpointInput, type MethodInput } from '@novasim/rpc/asyncapi';
import * as rpcapi from '@novasim/rpcapi';
import { API, type Checker, SignatureKind, SymbolFlags, type Symbol as TsSymbol } from 'typescript/unstable/sync';
import { TypeSchemas } from './type-schemas.ts';

const folder = fileURLToPath(new URL('../libs/rpcapi/', import.meta.url));

/** What code says of each endpoint interface at run time; types and comments are read from the source. */
export const ENDPOINTS: Readonly<
  Record<string, Pick<EndpointInput, 'topic' | 'namespace' | 'version' | 'signatures'>>
> = {
  ComputeEndpoint: {
    topic: rpcapi.COMPUTE_TOPIC,
    version: rpcapi.COMPUTE_VERSION,
    signatures: rpcapi.computeSignatures,
  },
  ConductorEndpoint: {
    topic: rpcapi.CONDUCTOR_TOPIC,
    version: rpcapi.CONDUCTOR_VERSION,
    signatures: rpcapi.conductorSignatures,
  },
  ComputeTaskEndpoint: {
    topic: rpcapi.CONDUCTOR_TOPIC,
    namespace: rpcapi.COMPUTE_TASK_NAMESPACE,
    version: rpcapi.COMPUTE_TASK_VERSION,
    signatures: rpcapi.computeTaskSignatures,
  },
  LabEndpoint: {
    topic: rpcapi.LAB_TOPIC,
    namespace: rpcapi.LAB_NAMESPACE,
    version: rpcapi.LAB_VERSION,
    signatures: rpcapi.labSignatures,
  },
  LabDeskEndpoint: {
    topic: rpcapi.LAB_DESK_TOPIC,
    version: rpcapi.LAB_DESK_VERSION,
    signatures: rpcapi.labDeskSignatures,
  },
  NetworkEndpoint: {
    topic: rpcapi.NETWORK_TOPIC,
    version: rpcapi.NETWORK_VERSION,
    signatures: rpcapi.networkSignatures,
  },
  SchedulerEndpoint: {
    topic: rpcapi.SCHEDULER_TOPIC,
    version: rpcapi.SCHEDULER_VERSION,
    signatures: rpcapi.schedulerSignatures,
  },
};

/** novasim's own AsyncAPI document: every endpoint interface that libs/rpcapi exports. @throws when one is in no table here. */
export function rpcapiDocument(): AsyncApiDocument {
  const api = new API();
  try {
    const project = api.updateSnapshot({ openProject: `${folder}tsconfig.json` }).getProject(`${folder}tsconfig.json`);
    const index = project?.program.getSourceFile(`${folder}src/index.ts`);
    const module = index && project?.checker.getSymbolAtLocation(index);
    if (project === undefined || module === undefined) throw new Error(`${folder} does not open as a project`);
    return documentOf(project.checker, project.checker.getExportsOfModule(module));
  } finally {
    api.close();
  }
}

function documentOf(checker: Checker, exports: readonly TsSymbol[]): AsyncApiDocument {
  const schemas = new TypeSchemas(checker);
  const kinds = readKinds();
  const endpoints = exports
    .filter(({ name }) => name.endsWith('Endpoint'))
    .map((symbol) => {
      const known = ENDPOINTS[symbol.name];
      if (known === undefined) throw new Error(`${symbol.name} of libs/rpcapi is not in tools/rpcapi-document.ts`);
      return { ...known, methods: methodsOf(checker, symbol, schemas, kinds) };
    });
  return asyncapi({
    title: 'novasim',
    version: '0.1.0',
    description:
      'What the services of novasim ask each other on the message bus, from the endpoint interfaces of libs/rpcapi.',
    controlExchange: 'nova',
    options: { amqp_durable_queues: true },
    servers: {
      local: {
        host: '127.0.0.1:5672',
        protocol: 'amqp',
        protocolVersion: '0-9-1',
        description: 'RabbitMQ, or the embedded broker.',
      },
    },
    endpoints,
    schemas: schemas.definitions,
  });
}

function methodsOf(
  checker: Checker,
  exported: TsSymbol,
  schemas: TypeSchemas,
  kinds: ReadonlyMap<string, MethodInput>,
): Record<string, MethodInput> {
  const symbol = exported.flags & SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
  const methods = checker.getPropertiesOfType(checker.getDeclaredTypeOfSymbol(symbol));
  return Object.fromEntries(
    methods.map((method) => {
      const type = checker.getTypeOfSymbol(method);
      const [signature] = type === undefined ? [] : checker.getSignaturesOfType(type, SignatureKind.Call);
      const args = signature && checker.getParameterType(signature, 1);
      const promise = signature && checker.getReturnTypeOfSignature(signature);
      const [result] = promise?.isTypeReference() === true ? checker.getTypeArguments(promise) : [];
      const kind = kinds.get(method.name);
      if (args === undefined || result === undefined || kind === undefined) {
        throw new Error(`${exported.name}.${method.name} is no method that a proxy of libs/rpcapi asks`);
      }
      const properties = checker.getPropertiesOfType(args).map((property) => {
        const propertyType = checker.getTypeOfSymbol(property);
        return [property.name, propertyType === undefined ? {} : schemas.of(propertyType)];
      });
      return [
        method.name,
        {
          ...kind,
          description: method.getDocumentationComment(checker).replaceAll(/\s+/g, ' '),
          args: Object.fromEntries(properties),
          result: schemas.of(result),
        },
      ];
    }),
  );
}

/** How each method is asked, as the client proxies write it: `this.#client.prepare({ server: host }).cast(ctx, 'name', …)`. */
function readKinds(): ReadonlyMap<string, MethodInput> {
  const asked = /this\.#client(?:\.prepare\(\{ (server|fanout): [^}]*\}\))?\.(call|cast)\(ctx, '(\w+)'/g;
  const kinds = new Map<string, MethodInput>();
  for (const file of ['compute', 'conductor', 'lab', 'lab-desk', 'network', 'scheduler']) {
    const source = readFileSync(`${folder}src/${file}.ts`, 'utf8');
    for (const [, to, verb, method = ''] of source.matchAll(asked)) {
      const kind = to === 'fanout' ? 'fanout' : verb === 'call' ? 'call' : 'cast';
      kinds.set(method, { kind, isToServer: to === 'server' });
    }
  }
  return kinds;
}
