/** The text of a metrics page. Rejects with the cause alone; the caller knows the address. */
export async function scrape(url: string, signal: AbortSignal): Promise<string> {
  let response: Response;
  try {
    // A redirect could lead out of the pod: what answers then is not what is measured.
    response = await fetch(url, { signal, redirect: "error", headers: { accept: "text/plain;version=0.0.4" } });
    if (response.ok) return await response.text();
  } catch (error) {
    throw new Error(describe(error), { cause: error });
  }
  // An unread body would keep its socket.
  await response.body?.cancel();
  throw new Error(`HTTP ${response.status}`);
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === "TimeoutError") return "no answer in time";
  if (error.name === "AbortError") return "the read was ended early";
  // fetch says only "fetch failed"; what happened is in its cause.
  const { cause } = error;
  return cause instanceof Error && "code" in cause ? String(cause.code) : error.message;
}
