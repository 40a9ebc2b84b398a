import { hostOf } from "../naming.ts";

/** The names under which pods of any namespace reach a Service: a certificate must bear the one that a client uses. */
export function serverNames(service: string): string[] {
  const full = hostOf(service);
  const parts = full.split(".");
  // service, service.namespace, service.namespace.svc, and all of it
  return [full, ...[1, 2, 3].map((count) => parts.slice(0, count).join("."))];
}

/** Those of a StatefulSet's pods behind a headless Service. */
export const memberNames = (service: string): string[] => serverNames(service).map((name) => `*.${name}`);
