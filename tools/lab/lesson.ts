import type { Flow } from '@novasim/trace';
import type { LessonCloud } from './lesson-cloud.ts';

/**
 * One lesson. Its text is `docs/labs/NN-title.md`; here is what is played, and what is asked before it is. Right is what the
 * trace shows: no answer is written down.
 */
export interface Lesson {
  readonly number: number;
  /** As in the name of its text: `first-boot`. */
  readonly slug: string;
  /** Variables of the cloud's services that it needs. */
  readonly env?: Readonly<Record<string, string>>;
  /** Options of oslo.messaging that it needs: they go into the services' transport URL. */
  readonly transportOptions?: Readonly<Record<string, string>>;
  /** What it cannot do without that not every machine has. */
  readonly needs?: Need;
  readonly questions: readonly Question[];
  /** Does what the text says, and waits until the picture is whole. */
  play(cloud: LessonCloud, say: Say): Promise<Scene>;
}

export interface Need {
  /** The word in `NOVASIM_REQUIRE` that makes its lack an error of the lesson's test; else the test is skipped. */
  readonly name: string;
  /** What is missing, and what to do about it; undefined: nothing. */
  lack(): Promise<string | undefined>;
}

/** Tells the learner what is happening, a line at a time. */
export type Say = (line: string) => void;

/** What was seen: a flow for each request that the questions are about, under a name of the lesson's own. */
export interface Scene {
  readonly flows: Readonly<Record<string, Flow>>;
  /** What a person saw beside the bus: the state of an instance at a moment. */
  readonly facts?: Readonly<Record<string, string>>;
}

export interface Question {
  /** Stands word for word in the lesson's text. */
  readonly ask: string;
  /** To choose from; without them any text or number may be answered. */
  readonly choices?: readonly string[];
  /** The right answer: one of the choices, or a text or number, read from what travelled. @throws when the scene does not tell */
  answer(scene: Scene): string | number;
  /** Where the picture shows it, in a sentence or two. */
  because(scene: Scene): string;
}

/** A flow of the scene. @throws when the lesson played no such request. */
export function flowOf({ flows }: Scene, name: string): Flow {
  const flow = flows[name];
  if (flow === undefined)
    throw new Error(`no flow ${JSON.stringify(name)} was played: ${Object.keys(flows).join(', ')}`);
  return flow;
}

/** The hops of a method, requests only. @throws when there is none: a lesson is about what it plays. */
export function hopsOf(flow: Flow, method: string): Flow['hops'] {
  const hops = flow.hops.filter((hop) => hop.method === method && hop.kind !== 'reply');
  if (hops.length === 0) throw new Error(`${method} did not travel in ${flow.request_id}`);
  return hops;
}

/** Nothing of it is on its way any more, and {@link isEverybodyNamed}. */
export function isOver(flow: Flow): boolean {
  return flow.outcome !== 'open' && isEverybodyNamed(flow);
}

/** It is known who took part: the broker tells of names a little later. */
export function isEverybodyNamed({ lanes }: Flow): boolean {
  return lanes.every(({ id }) => id !== '?');
}
