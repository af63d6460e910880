import type { FlowHop } from '@novasim/trace';
import type { Lesson } from '../lesson.ts';
import { flowOf, hopsOf, type Scene } from '../scene.ts';

const deletion = (scene: Scene) => flowOf(scene, 'delete');

const GETS_IT = 'yes: the api has only sent a cast';
const MUST_WAIT = 'no: the api waits for the host';
const WAITS = 'it waits for the answer';
const GOES_ON = 'it goes on and deletes the row of the server';

/** What a cast spares its sender and a call does not: the same delete held once behind each. */
export const callOrCast: Lesson = {
  number: 2,
  slug: 'call-or-cast',
  questions: [
    {
      ask: 'The lab keeps the cast terminate_instance from running. Is your DELETE answered all the same?',
      choices: [MUST_WAIT, GETS_IT],
      answer: (scene) => (answeredMs(scene) < hostBeganMs(scene) ? GETS_IT : MUST_WAIT),
      because: (scene) =>
        `The api said 204 after ${Math.round(answeredMs(scene))} ms, and the host sent its first message after ${Math.round(hostBeganMs(scene))} ms. For its sender a cast is over as soon as the broker has it.`,
    },
    {
      ask: 'The lab keeps the call deallocate_for_instance from running. What does the host do meanwhile?',
      choices: [WAITS, GOES_ON],
      answer: (scene) => (one(scene, 'instance_destroy').t_ms >= freedMs(scene) ? WAITS : GOES_ON),
      because: (scene) =>
        `The network answered after ${Math.round(freedMs(scene))} ms, and only then, after ${Math.round(one(scene, 'instance_destroy').t_ms)} ms, the host sent its next message, instance_destroy.`,
    },
    {
      ask: 'The delete takes one cast and two calls. How many messages is that on the bus?',
      answer: (scene) => messages(scene).length,
      because: (scene) =>
        `${messages(scene)
          .map(({ kind, method, to }) => (kind === 'reply' ? `a reply to ${to}` : `${kind} ${method}`))
          .join(', ')}. A call is two messages: the request, and its reply that comes by another queue.`,
    },
    {
      ask: 'By which of its fields does the receiver know that somebody waits for an answer?',
      choices: ['method', '_unique_id', '_msg_id'],
      answer: (scene) => tellingField(scene),
      because: (scene) => {
        const [cast, call] = [one(scene, 'terminate_instance'), one(scene, 'deallocate_for_instance')];
        return `The call has _msg_id ${call.msg_id}, and its reply the same. The ${cast.kind} ${cast.method} has none, only a _unique_id as every message has: its receiver would not know whom to tell.`;
      },
    },
  ],
  async play({ desk, person, flow, held }, say) {
    const { id } = await person.boot('short-lived');
    await person.settled(id);
    say(`server ${id} is ACTIVE`);
    await desk.addRule({ action: 'hold', match: { side: 'dispatch', method: 'terminate_instance' } });
    await desk.addRule({ action: 'hold', match: { side: 'dispatch', method: 'deallocate_for_instance' } });

    say('DELETE /servers …');
    const { requestId } = await person.delete(id);
    const cast = await held('terminate_instance');
    say(`answered; ${cast.server} has the cast terminate_instance, and the lab keeps it from running`);
    await desk.settle(cast.id, 'goes-on');
    const call = await held('deallocate_for_instance');
    say('the host called the network, and the lab keeps the network from answering');
    await desk.settle(call.id, 'goes-on');
    const whole = await flow(requestId, ({ outcome, hops }) => {
      return outcome !== 'open' && hops.some(({ method }) => method === 'instance_destroy');
    });
    say('the server is gone');
    return { flows: { delete: whole } };
  },
};

function one(scene: Scene, method: string): FlowHop {
  const [hop] = hopsOf(deletion(scene), method);
  if (hop === undefined) throw new Error(`${method} did not travel`);
  return hop;
}

function messages(scene: Scene): readonly FlowHop[] {
  return deletion(scene).hops.filter(({ kind }) => kind === 'call' || kind === 'cast' || kind === 'reply');
}

/** When the api answered, by its own notification. */
function answeredMs(scene: Scene): number {
  const mark = deletion(scene).marks.find(({ kind, text }) => kind === 'http' && text.startsWith('204'));
  if (mark === undefined) throw new Error('the api told of no answer 204');
  return mark.t_ms;
}

/** When the host that had the cast did something about it. */
function hostBeganMs(scene: Scene): number {
  return one(scene, 'deallocate_for_instance').t_ms;
}

function freedMs(scene: Scene): number {
  return one(scene, 'deallocate_for_instance').ended_t_ms ?? Number.NaN;
}

/** The field that every call has and no cast. */
function tellingField(scene: Scene): string {
  const requests = messages(scene).filter(({ kind }) => kind !== 'reply');
  const tells = (field: 'method' | 'unique_id' | 'msg_id') =>
    requests.every((hop) => (hop[field] !== undefined) === (hop.kind === 'call'));
  return tells('msg_id') ? '_msg_id' : tells('unique_id') ? '_unique_id' : 'method';
}
