import { readFileSync } from "node:fs";
import { get } from "node:https";

/** Whether the URL answers 200 within two seconds; the server must show a certificate of the given authority. */
export function answersOk(url: string, caFile: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    // A connection of its own: a kept one would speak for a server that has been replaced.
    const request = get(url, { ca: readFileSync(caFile), agent: false, timeout: 2000 }, (response) => {
      // Unread, the body would hold the connection.
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.once("timeout", () => request.destroy(new Error(`${url} did not answer`)));
    request.once("error", reject);
  });
}
