/** How often a credential may ask, in each process: whoever asks more is told when to come back. */

import rateLimit from '@fastify/rate-limit'
import type { FastifyInstance } from 'fastify'

import { refusal } from '../hardening/request-checks.ts'

const minuteMs = 60_000

/** For the scope of `app`, behind its hook that says who asks. */
export const limitRates = async (app: FastifyInstance, perMinute: number): Promise<void> => {
  await app.register(rateLimit, { global: false })
  const count = app.createRateLimit({
    max: perMinute,
    timeWindow: minuteMs,
    keyGenerator: ({ keyHolder, ip }) => keyHolder?.id ?? ip,
  })
  app.addHook('onRequest', async (request, reply) => {
    const rate = await count(request)
    if (rate.isAllowed || !rate.isExceeded) return
    await reply
      .code(429)
      .header('retry-after', String(rate.ttlInSeconds))
      .send(
        refusal(
          'TOO_MANY_REQUESTS',
          `This key may ask ${String(perMinute)} times a minute: wait ${String(rate.ttlInSeconds)} seconds.`,
        ),
      )
  })
}
