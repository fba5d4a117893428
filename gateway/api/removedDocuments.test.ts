// What is remembered of removed documents.

import { expect, test } from 'vitest';
import { ApiError } from '../../protocol/api/types.ts';
import { createFakeGateway } from '../../test/fakes/gatewayServices.ts';
import { noteRemovals } from './removedDocuments.ts';

test('a removal is known while it is still being done, in its own folder only', async () => {
  const { services } = createFakeGateway();
  const done = Promise.withResolvers<void>();
  services.removeOutgoing = () => done.promise;
  const removed = noteRemovals(services);
  expect(removed.has('outgoing', 'a')).toBe(false);
  const removal = removed.services.removeOutgoing('a');
  expect([removed.has('outgoing', 'a'), removed.has('incoming', 'a')]).toEqual([true, false]);
  done.resolve();
  await removal;
});

test('whatever else clients ask for is done by the services, errors included', async () => {
  const { services, control } = createFakeGateway();
  const removed = noteRemovals(services);
  expect(removed.services.settings()).toEqual(services.settings());
  control.failNext(new ApiError('CONFLICT', 'This fax is just being received.'));
  await expect((async () => removed.services.removeIncoming('a'))()).rejects.toThrow('just being received');
});

test('the newest thousand removals are remembered', async () => {
  const { services } = createFakeGateway();
  services.removeIncoming = async () => {};
  const removed = noteRemovals(services);
  for (let index = 0; index <= 1_000; index += 1) await removed.services.removeIncoming(`in-${index}`);
  expect(['in-0', 'in-1', 'in-1000'].map((id) => removed.has('incoming', id))).toEqual([false, true, true]);
});
