/** `2026-11-20T08:02:04Z`: how servers, flavors, images and networks write a time. From ISO 8601 with milliseconds. */
export function inSeconds(iso: string): string {
  return `${iso.slice(0, 19)}Z`;
}

/** `2026-11-20T08:02:11.000000`: how launched_at, services and the like write it, without zone. Whole seconds, as Nova's. */
export function inMicros(iso: string): string {
  return `${iso.slice(0, 19)}.000000`;
}
