import assert from "node:assert/strict";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { CdnError, createCloudflare, createCloudFront } from "../../../../runtime/src/cache/index.ts";

interface Received {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly authorization: string | undefined;
  readonly body: string;
}
type Answer = readonly [status: number, body: string, headers?: Readonly<Record<string, string>>];

/** An API on this machine: notes what it gets and answers from the list, the last answer for ever. */
class Api {
  readonly received: Received[] = [];
  readonly #server: Server;
  answers: Answer[] = [];

  constructor() {
    this.#server = createServer((request, response) => {
      void this.#read(request).then(() => {
        const [status, body, headers = {}] = (this.answers.length > 1 ? this.answers.shift() : this.answers[0])!;
        response.writeHead(status, headers).end(body);
      });
    });
  }

  async #read(request: IncomingMessage): Promise<void> {
    let body = "";
    for await (const part of request) body += String(part);
    const { method, url, headers } = request;
    this.received.push({ method, url, authorization: headers.authorization, body });
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

const retry = { attempts: 3, firstDelayMs: 1 };
const many = (count: number, end = ""): string[] => Array.from({ length: count }, (_, index) => `/file-${index}${end}`);
const xml = (body: string): string => `<?xml version="1.0"?>${body}`;
const created: Answer = [201, xml("<Invalidation><Id>I1</Id><Status>InProgress</Status></Invalidation>")];
const refused = (status: number, code: string): Answer => [
  status,
  xml(
    `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>told so</Message></Error></ErrorResponse>`,
  ),
];

describe("the CDN", function () {
  this.timeout(60_000);
  let api: Api;

  beforeEach(async () => {
    api = new Api();
    await api.start();
  });
  afterEach(() => {
    api.stop();
  });

  describe("CloudFront", () => {
    const credentials = { accessKeyId: "AKID", secretAccessKey: "verysecretkey" };
    const cdn = () => createCloudFront({ distributionId: "E2EXAMPLE", endpoint: api.endpoint, credentials, retry });
    const pathsOf = ({ body }: Received): string[] =>
      [...body.matchAll(/<Path>(.*?)<\/Path>/g)].map(([, path]) => path!);

    it("gets one invalidation of all paths, each once, of a URL the path", async () => {
      api.answers = [created];
      await cdn().invalidate(["/a", "/b?c=1", "https://example.com/d", "/a"]);
      const [request, ...others] = api.received;
      assert.deepEqual(others, []);
      assert.equal(request!.method, "POST");
      assert.match(request!.url!, /^\/2020-05-31\/distribution\/E2EXAMPLE\/invalidation/);
      assert.deepEqual(pathsOf(request!), ["/a", "/b?c=1", "/d"]);
      assert.match(request!.body, /<Quantity>3<\/Quantity>/);
    });

    it("gets as many at a time as it allows", async () => {
      api.answers = [created];
      await cdn().invalidate([...many(3001), ...many(16, "*")]);
      assert.deepEqual(
        api.received.map((one) => pathsOf(one).length),
        [3000, 1, 15, 1],
      );
    });

    for (const [what, answer] of Object.entries({
      "too many are in progress": refused(400, "TooManyInvalidationsInProgress"),
      "it fails": refused(503, "ServiceUnavailable"),
    }))
      it(`is asked again with the same reference when ${what}`, async () => {
        api.answers = [answer, answer, created];
        await cdn().invalidate(["/a"]);
        const references = api.received.map(({ body }) => /<CallerReference>(.*?)</.exec(body)![1]);
        assert.equal(references.length, 3);
        assert.equal(new Set(references).size, 1);
      });

    it("is given up after the attempts, with its reason", async () => {
      api.answers = [refused(503, "ServiceUnavailable")];
      await assert.rejects(
        cdn().invalidate(["/a"]),
        /CloudFront distribution E2EXAMPLE was not invalidated: ServiceUnavailable/,
      );
      assert.equal(api.received.length, 3);
    });

    it("is not asked again when it refuses", async () => {
      api.answers = [refused(403, "AccessDenied")];
      await assert.rejects(cdn().invalidate(["/a"]), (error: Error) => {
        assert.ok(error instanceof CdnError);
        assert.match(error.message, /AccessDenied/);
        assert.doesNotMatch(error.message, /verysecretkey/);
        return true;
      });
      assert.equal(api.received.length, 1);
    });

    it("gets nothing that is no path", async () => {
      api.answers = [created];
      await assert.rejects(cdn().invalidate(["a"]), /a path begins with \/ or is an absolute URL, not "a"/);
      assert.deepEqual(api.received, []);
    });
  });

  describe("Cloudflare", () => {
    const token = "very-secret-token";
    const done: Answer = [200, JSON.stringify({ success: true, errors: [], result: { id: "1" } })];
    const cdn = (endpoint = api.endpoint) =>
      createCloudflare({ zoneId: "zone1", token, site: "https://example.com", endpoint, retry });
    const bodies = (): { files?: string[]; prefixes?: string[] }[] =>
      api.received.map(({ body }) => JSON.parse(body) as { files?: string[]; prefixes?: string[] });

    it("gets absolute URLs, each once, and prefixes without a scheme", async () => {
      api.answers = [done];
      await cdn().invalidate(["/a", "https://example.com/a", "https://other.com/b", "/img/*"]);
      assert.deepEqual(bodies(), [
        { files: ["https://example.com/a", "https://other.com/b"] },
        { prefixes: ["example.com/img/"] },
      ]);
      const [request] = api.received;
      assert.equal(request!.url, "/zones/zone1/purge_cache");
      assert.equal(request!.authorization, `Bearer ${token}`);
    });

    it("gets a hundred at a time", async () => {
      api.answers = [done];
      await cdn().invalidate(many(201));
      assert.deepEqual(
        bodies().map(({ files }) => files!.length),
        [100, 100, 1],
      );
    });

    it("is asked again when it is busy or fails", async () => {
      api.answers = [[429, "{}", { "retry-after": "0.001" }], [502, "bad gateway"], done];
      await cdn().invalidate(["/a"]);
      assert.equal(api.received.length, 3);
    });

    it("is not asked again when it refuses, and no error shows the token", async () => {
      api.answers = [
        [403, JSON.stringify({ success: false, errors: [{ code: 10000, message: `bad token ${token}` }] })],
      ];
      await assert.rejects(cdn().invalidate(["/a"]), (error: Error) => {
        assert.match(error.message, /zone zone1 was not purged: status 403: 10000 bad token …/);
        return true;
      });
      assert.equal(api.received.length, 1);
    });

    it("is given up when nothing listens", async () => {
      const { endpoint } = api;
      api.stop();
      await assert.rejects(cdn(endpoint).invalidate(["/a"]), (error: Error) => {
        assert.ok(error instanceof CdnError);
        assert.match(error.message, /ECONNREFUSED/);
        assert.doesNotMatch(error.message, new RegExp(token));
        return true;
      });
    });

    it("is not asked once the caller has given up", async () => {
      api.answers = [[503, ""]];
      await assert.rejects(cdn().invalidate(["/a"], AbortSignal.abort(new Error("enough"))), /enough/);
      assert.deepEqual(api.received, []);
    });
  });
});
