import type { Options } from 'amqplib';
import type { Publication } from '../../driver.ts';
import { shapeOf } from './text-headers.ts';

/** Whether a publication has headers that only amqplib encodes: other than short texts. */
export function hasOddHeaders({ headers }: Publication): boolean {
  for (const _name in headers) return shapeOf(headers) === undefined;
  return false;
}

/** The properties of a publication as amqplib takes them. The same as in PublishFrames. */
export function propertiesOf(publication: Publication): Options.Publish {
  const properties: Options.Publish = {
    contentType: 'application/json',
    contentEncoding: 'utf-8',
    headers: publication.headers,
    deliveryMode: 2,
    priority: 0,
    mandatory: publication.isMandatory,
  };
  // Whole milliseconds as text (amqp driver of oslo: int(timeout * 1000)).
  if (publication.expirationMs !== undefined) properties.expiration = String(Math.trunc(publication.expirationMs));
  return properties;
}
