import type { Picture } from './picture.ts';

/** Names of the lanes, above whatever part of the picture is in view: the service, and below it the host. */
export function LaneHeads({ picture, height }: { readonly picture: Picture; readonly height: number }) {
  return (
    <svg class="lane-heads" width={picture.width} height={height}>
      <title>Lanes</title>
      {picture.lanes.map(({ id, label, kind, x }) => {
        const [service = label, host] = kind === 'service' ? splitAtDot(label) : [shortened(label), kind];
        return (
          <g key={id} class={kind} transform={`translate(${x} 0)`}>
            <text y={host === undefined ? height - 18 : height - 30} text-anchor="middle" class="service">
              {service}
            </text>
            {host !== undefined && (
              <text y={height - 14} text-anchor="middle" class="host">
                {host}
              </text>
            )}
          </g>
        );
      })}
    </svg>
  );
}

/** A host's name may have dots of its own. */
function splitAtDot(label: string): readonly string[] {
  const dot = label.indexOf('.');
  return dot === -1 ? [label] : [label.slice(0, dot), label.slice(dot + 1)];
}

/** Reply queues have names of 38 letters; what tells them apart stands at the beginning. */
function shortened(name: string): string {
  return name.length > LONGEST ? `${name.slice(0, LONGEST - 1)}…` : name;
}

const LONGEST = 16;
