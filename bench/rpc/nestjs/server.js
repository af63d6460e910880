import 'reflect-metadata';
import { Controller, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { MessagePattern, Transport } from '@nestjs/microservices';
import { topic } from '../protocol.ts';
import { Arrivals, runServer } from '../subject-main.ts';

const [url = ''] = process.argv.slice(2);

class Echo {
  echo({ value }) {
    return value;
  }
}
class App {}
// What the decorators would do: this file is run as it is.
Reflect.decorate(
  [MessagePattern('echo')],
  Echo.prototype,
  'echo',
  Object.getOwnPropertyDescriptor(Echo.prototype, 'echo'),
);
Reflect.decorate([Controller()], Echo);
Reflect.decorate([Module({ controllers: [Echo] })], App);

const app = await NestFactory.createMicroservice(App, {
  logger: false,
  transport: Transport.RMQ,
  options: {
    urls: [url],
    queue: topic,
    queueOptions: { durable: false },
    socketOptions: { connectionOptions: { noDelay: true } },
  },
});
await app.listen();
await runServer(new Arrivals());
await app.close();
