import { Router } from "express";

/** What the process tells about itself. */
export interface Health {
  /** False from SIGTERM on: the load balancer is to send no more. */
  ready: boolean;
}

/**
 * Neither asks a server behind the gateway: all its pods would be taken out at once when one is away,
 * and with them the answers that the cache still has.
 */
export function healthRoutes(health: Health): Router {
  const router = Router();
  // An answer is the proof: the event loop turns.
  router.get("/healthz/live", (_request, response) => {
    response.send("ok\n");
  });
  router.get("/healthz/ready", (_request, response) => {
    response.status(health.ready ? 200 : 503).send(health.ready ? "ok\n" : "stopping\n");
  });
  return router;
}
