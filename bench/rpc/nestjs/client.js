import 'reflect-metadata';
import { Logger } from '@nestjs/common';
import { ClientProxyFactory, Transport } from '@nestjs/microservices';
import { firstValueFrom } from 'rxjs';
import { topic } from '../protocol.ts';
import { runClient } from '../subject-main.ts';

// NestJS as its documentation has it: no acknowledgement, no confirm, replies by direct reply-to.
const [url = ''] = process.argv.slice(2);
Logger.overrideLogger(false); // it logs to stdout, which is the bench's
const client = ClientProxyFactory.create({
  transport: Transport.RMQ,
  options: {
    urls: [url],
    queue: topic,
    queueOptions: { durable: false },
    socketOptions: { connectionOptions: { noDelay: true } },
  },
});
await client.connect();
await runClient({ call: (value) => firstValueFrom(client.send('echo', { value })) });
await client.close();
