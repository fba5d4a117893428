// The gateway's one API: a tRPC router over GatewayServices. UI and CLI are its clients; carriers in carrier.ts.

import { initTRPC, TRPCError } from '@trpc/server';
import { z } from 'zod';
import { deviceIdSchema } from '../relay.ts';
import { pageOptionsSchema } from '../imaging.ts';
import type { GatewayServices } from './services.ts';
import {
  ApiError,
  newContactSchema,
  newRelayAccountSchema,
  pageRequestSchema,
  sendingSchema,
  settingsSchema,
} from './types.ts';
import {
  lineChangeSchema,
  newLineSchema,
  newPollOfferSchema,
  pollFetchSchema,
  remoteEditSchema,
  telephoneSettingsSchema,
} from './lines.ts';
import { inputFault } from './inputFault.ts';
import { destinationSchema } from '../destination.ts';

/** What a client is told of a bug; the details are in the gateway's log. */
export const UNEXPECTED_FAILURE = 'Something went wrong inside Hikyaku. The technical log has the details.';

export interface ApiContext {
  services: GatewayServices;
}

const t = initTRPC.context<ApiContext>().create({
  // The stable code reaches the client as `error.data.apiCode`; a bug is told as such, without its stack.
  errorFormatter({ shape, error }) {
    const apiError = error.cause instanceof ApiError ? error.cause : undefined;
    const invalid =
      error.code === 'BAD_REQUEST' && error.cause instanceof z.ZodError ? error.cause : undefined;
    const apiCode = apiError?.code ?? (invalid === undefined ? 'FAILED' : 'INVALID_INPUT');
    const message =
      apiError?.message ??
      (invalid !== undefined
        ? inputFault(invalid)
        : error.code === 'INTERNAL_SERVER_ERROR'
          ? UNEXPECTED_FAILURE
          : shape.message);
    return { ...shape, message, data: { code: shape.data.code, path: shape.data.path, apiCode } };
  },
});

const procedure = t.procedure.use(async ({ next }) => {
  const result = await next();
  if (!result.ok && result.error.cause instanceof ApiError) {
    throw new TRPCError({
      code: 'UNPROCESSABLE_CONTENT',
      message: result.error.cause.message,
      cause: result.error.cause,
    });
  }
  return result;
});

const documentId = z.string().min(1).max(64);
const byDocument = z.object({ documentId });
const byLine = z.object({ lineId: z.string().min(1).max(64) });
const byCall = z.object({ callId: z.string().min(1).max(64) });
const byNumber = z.object({ number: z.string().min(1).max(60) });
const search = z.string().max(200).optional();
const deliveries = byDocument.extend({ deliveryIds: z.array(z.string().max(64)).optional() });

export const apiRouter = t.router({
  status: procedure.query(({ ctx }) => ctx.services.status()),
  events: procedure.subscription(async function* ({ ctx, signal }) {
    yield* ctx.services.events(signal ?? new AbortController().signal);
  }),
  online: procedure
    .input(
      z.object({
        filter: z.string().max(64).optional(),
        after: deviceIdSchema.optional(),
        limit: z.number().int().min(1).max(100).default(100),
      }),
    )
    .query(({ ctx, input }) => ctx.services.online(input)),

  drafts: t.router({
    create: procedure
      .input(z.object({ fileIds: z.array(z.string().max(64)).min(1).max(100), options: pageOptionsSchema }))
      .mutation(({ ctx, input }) => ctx.services.createDraft(input)),
    createFrom: procedure.input(byDocument).mutation(({ ctx, input }) => ctx.services.createDraftFrom(input)),
  }),

  outgoing: t.router({
    list: procedure
      .input(pageRequestSchema.extend({ search, folder: z.enum(['outbox', 'sent', 'failed', 'all']) }))
      .query(({ ctx, input }) => ctx.services.listOutgoing(input)),
    get: procedure.input(byDocument).query(({ ctx, input }) => ctx.services.getOutgoing(input.documentId)),
    pages: procedure
      .input(byDocument)
      .query(({ ctx, input }) => ctx.services.outgoingPages(input.documentId)),
    attempts: procedure.input(byDocument).query(({ ctx, input }) => ctx.services.attempts(input.documentId)),
    send: procedure
      .input(
        byDocument.extend({
          recipients: z.array(destinationSchema).min(1).max(500),
          title: z.string().max(200).optional(),
          sending: sendingSchema.partial().optional(),
        }),
      )
      .mutation(({ ctx, input }) => ctx.services.send(input)),
    cancel: procedure.input(deliveries).mutation(({ ctx, input }) => ctx.services.cancel(input)),
    retry: procedure.input(deliveries).mutation(({ ctx, input }) => ctx.services.retry(input)),
    remove: procedure
      .input(byDocument)
      .mutation(({ ctx, input }) => ctx.services.removeOutgoing(input.documentId)),
  }),

  inbox: t.router({
    list: procedure
      .input(pageRequestSchema.extend({ search }))
      .query(({ ctx, input }) => ctx.services.listInbox(input)),
    get: procedure.input(byDocument).query(({ ctx, input }) => ctx.services.getIncoming(input.documentId)),
    pages: procedure
      .input(byDocument)
      .query(({ ctx, input }) => ctx.services.incomingPages(input.documentId)),
    markRead: procedure
      .input(byDocument.extend({ read: z.boolean() }))
      .mutation(({ ctx, input }) => ctx.services.markRead(input)),
    remove: procedure
      .input(byDocument)
      .mutation(({ ctx, input }) => ctx.services.removeIncoming(input.documentId)),
    restore: procedure
      .input(byDocument)
      .mutation(({ ctx, input }) => ctx.services.restoreIncoming(input.documentId)),
  }),

  contacts: t.router({
    list: procedure
      .input(z.object({ search }).optional())
      .query(({ ctx, input }) => ctx.services.listContacts(input?.search)),
    save: procedure
      .input(newContactSchema.extend({ id: z.string().max(64).optional() }))
      .mutation(({ ctx, input }) => ctx.services.saveContact(input)),
    remove: procedure
      .input(z.object({ id: z.string().max(64) }))
      .mutation(({ ctx, input }) => ctx.services.removeContact(input.id)),
  }),

  settings: t.router({
    get: procedure.query(({ ctx }) => ctx.services.settings()),
    change: procedure
      .input(settingsSchema.partial())
      .mutation(({ ctx, input }) => ctx.services.changeSettings(input)),
    // A query must answer something: `null` while no relay is configured.
    relay: procedure.query(({ ctx }) => ctx.services.relayAccount() ?? null),
    setRelay: procedure
      .input(newRelayAccountSchema)
      .mutation(({ ctx, input }) => ctx.services.setRelayAccount(input)),
    testRelay: procedure
      .input(newRelayAccountSchema)
      .mutation(({ ctx, input }) => ctx.services.testRelayAccount(input)),
    forgetRelay: procedure.mutation(({ ctx }) => ctx.services.forgetRelayAccount()),
    telephone: procedure.query(({ ctx }) => ctx.services.telephoneSettings()),
    changeTelephone: procedure
      .input(telephoneSettingsSchema.partial())
      .mutation(({ ctx, input }) => ctx.services.changeTelephoneSettings(input)),
  }),

  lines: t.router({
    list: procedure.query(({ ctx }) => ctx.services.listLines()),
    scan: procedure
      .input(z.object({ paths: z.array(z.string().min(1).max(400)).max(20).optional() }).optional())
      .mutation(({ ctx, input }) => ctx.services.scanLines(input)),
    add: procedure.input(newLineSchema).mutation(({ ctx, input }) => ctx.services.addLine(input)),
    change: procedure
      .input(byLine.extend({ change: lineChangeSchema }))
      .mutation(({ ctx, input }) => ctx.services.changeLine(input)),
    remove: procedure.input(byLine).mutation(({ ctx, input }) => ctx.services.removeLine(input.lineId)),
    test: procedure
      .input(byLine.extend({ number: z.string().max(60).optional() }))
      .mutation(({ ctx, input }) => ctx.services.testLine(input)),
    answer: procedure.input(byLine).mutation(({ ctx, input }) => ctx.services.answerLine(input.lineId)),
  }),

  remotes: t.router({
    list: procedure
      .input(pageRequestSchema.extend({ search }))
      .query(({ ctx, input }) => ctx.services.listRemotes(input)),
    get: procedure.input(byNumber).query(({ ctx, input }) => ctx.services.getRemote(input.number)),
    change: procedure
      .input(byNumber.extend({ change: remoteEditSchema }))
      .mutation(({ ctx, input }) => ctx.services.changeRemote(input)),
    reset: procedure.input(byNumber).mutation(({ ctx, input }) => ctx.services.resetRemote(input.number)),
  }),

  calls: t.router({
    list: procedure
      .input(pageRequestSchema.extend({ search }))
      .query(({ ctx, input }) => ctx.services.listCalls(input)),
    get: procedure.input(byCall).query(({ ctx, input }) => ctx.services.getCall(input.callId)),
    journal: procedure.input(byCall).query(({ ctx, input }) => ctx.services.callJournal(input.callId)),
    hangUp: procedure.input(byCall).mutation(({ ctx, input }) => ctx.services.hangUp(input.callId)),
  }),

  polling: t.router({
    offers: procedure.query(({ ctx }) => ctx.services.listPollOffers()),
    offer: procedure.input(newPollOfferSchema).mutation(({ ctx, input }) => ctx.services.addPollOffer(input)),
    withdraw: procedure
      .input(z.object({ offerId: z.string().max(64) }))
      .mutation(({ ctx, input }) => ctx.services.removePollOffer(input.offerId)),
    fetch: procedure.input(pollFetchSchema).mutation(({ ctx, input }) => ctx.services.fetchByPolling(input)),
  }),
});
export type ApiRouter = typeof apiRouter;
