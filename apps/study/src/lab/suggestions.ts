import { classicFlows } from '@novasim/flows';

/** What can be matched, from what the bus has: for the lists of the form's fields. */
export interface Suggestions {
  readonly topics: readonly string[];
  /** Members of a topic, by topic. */
  readonly servers: ReadonlyMap<string, readonly string[]>;
  readonly services: readonly string[];
}

/** Of the lab itself: its own messages pass every rule. */
const OWN = ['lab', 'lab_desk'];

/** Topics and members from the queues that are consumed from, services as they report. */
export function suggestionsFrom(
  queues: readonly { readonly name: string; readonly consumers: number }[],
  services: readonly { readonly name: string; readonly service: string }[],
): Suggestions {
  const names = new Set(queues.filter(({ consumers }) => consumers > 0).map(({ name }) => name));
  const topics = [...names].filter((name) => serversOf(name, names).length > 0 && !OWN.includes(name));
  return {
    topics: topics.toSorted(),
    servers: new Map(topics.map((topic) => [topic, serversOf(topic, names)])),
    services: [...new Set(services.flatMap(({ service, name }) => [service, name]))]
      .filter((name) => !name.startsWith('launcher'))
      .toSorted(),
  };
}

function serversOf(topic: string, names: ReadonlySet<string>): readonly string[] {
  return [...names]
    .filter((name) => name.startsWith(`${topic}.`))
    .map((name) => name.slice(topic.length + 1))
    .toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true }));
}

const HOPS = classicFlows.flatMap(({ hops }) => hops);

/** The methods that a topic is asked in the known flows; of every topic where none is named. */
export function methodsOf(topic: string): readonly string[] {
  const asked = HOPS.filter(({ to }) => topic === '' || to === topic);
  return [...new Set(asked.map(({ method }) => method))].toSorted();
}
