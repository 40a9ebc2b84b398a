import type { Workload } from "../model.ts";
import { UserError } from "../userError.ts";
import { onOff, poisson, ramp } from "./generators.ts";
import { recordedTrace, type RecordedName } from "./recorded.ts";
import { cutTrace } from "./trace.ts";
import { serviceTimes, workloadOf, type ServiceTimes } from "./workload.ts";

/** A stretch of arrivals that autoscalers are compared on. */
export interface Window {
  readonly name: string;
  /** For people: what it is and what is hard about it. */
  readonly about: string;
  readonly services: ServiceTimes;
  /** About twice what its highest minute needs, and what autoscalers are told; absent: 100. */
  readonly maxReplicas?: number;
  readonly source: Recorded | Generated;
  /** Not looked at while the rule and its constants were made; absent: looked at. */
  readonly heldOut?: true;
}

interface Recorded {
  readonly kind: "recorded";
  readonly trace: RecordedName;
  /** Absent: all of it. */
  readonly part?: { readonly fromSeconds: number; readonly seconds: number };
  /** Jobs per second that counted bins are scaled to; absent: as recorded. */
  readonly rate?: number;
}

interface Generated {
  readonly kind: "generated";
  readonly seconds: number;
  readonly arrivals: (seconds: number, seed: number) => Float64Array;
}

const hour = 3600;
const lognormal = (mean: number): ServiceTimes => ({ kind: "lognormal", mean, cv: 1 });
const day = 24 * hour;
/** Of the trace, which begins at 1998-04-30 21:30: the first minute of 30 June 1998. */
const thirtiethOfJune = 60 * day + 2.5 * hour;
const twelfthOfJune = thirtiethOfJune - 18 * day;
/** Of the trace, which begins at 2014-04-10 00:04: 22 April 2014, 00:04. */
const twentySecondOfApril = 12 * day;
const thirteenthOfApril = 3 * day;

// A load of 10 replicas on average, but for the azure hour, which is as it was recorded.
const perSecond = 5;

/** The windows of the table. */
export const windows: readonly Window[] = [
  {
    name: "azure-code",
    about: "an hour of requests to a language model for code: bursts out of nothing",
    services: lognormal(2),
    source: { kind: "recorded", trace: "azure-code" },
  },
  {
    name: "azure-code-tokens",
    about: "the same with the work of each request by its generated tokens: a heavy tail",
    services: { kind: "sizes", mean: 2 },
    source: { kind: "recorded", trace: "azure-code" },
  },
  {
    name: "mooncake",
    about: "an hour of requests to a chat model: steady, with work by its output tokens",
    // 12,031 requests in 3,540 s.
    services: { kind: "sizes", mean: 2.94 },
    source: { kind: "recorded", trace: "mooncake" },
  },
  {
    name: "autothrottle-bursty",
    about: "an hour of microservice requests: sharp bursts on a steady base",
    services: lognormal(2),
    source: { kind: "recorded", trace: "autothrottle-bursty", rate: perSecond },
  },
  {
    name: "autothrottle-diurnal",
    about: "an hour of microservice requests: a day's rise and fall in an hour",
    services: lognormal(2),
    source: { kind: "recorded", trace: "autothrottle-diurnal", rate: perSecond },
  },
  {
    name: "wc98-match",
    about: "a web site on 30 June 1998, 18 to 24 h: the day's peak and its end",
    services: lognormal(2),
    source: {
      ...{ kind: "recorded", trace: "wc98", rate: perSecond },
      part: { fromSeconds: thirtiethOfJune + 18 * hour, seconds: 6 * hour },
    },
  },
  {
    name: "wc98-night",
    about: "the same site on that day, 0 to 6 h: a slow fall",
    services: lognormal(2),
    source: {
      ...{ kind: "recorded", trace: "wc98", rate: perSecond },
      part: { fromSeconds: thirtiethOfJune, seconds: 6 * hour },
    },
  },
  {
    name: "nab-burst",
    about: "16 to 24 h of a load balancer's day in steps of five minutes, one of them six times the mean",
    // Longer jobs: eight hours of short ones would be 144,000.
    services: lognormal(4),
    maxReplicas: 150,
    source: {
      ...{ kind: "recorded", trace: "nab", rate: perSecond / 2 },
      part: { fromSeconds: twentySecondOfApril + 16 * hour, seconds: 8 * hour },
    },
  },
  {
    name: "wc98-friday",
    about: "the web site on 12 June 1998, 12 to 18 h: another day's peak",
    services: lognormal(2),
    source: {
      ...{ kind: "recorded", trace: "wc98", rate: perSecond },
      part: { fromSeconds: twelfthOfJune + 12 * hour, seconds: 6 * hour },
    },
    heldOut: true,
  },
  {
    name: "nab-sunday",
    about: "0 to 8 h of the load balancer on 13 April 2014: next to nothing, with bursts of up to seven times the mean",
    services: lognormal(4),
    maxReplicas: 150,
    source: {
      ...{ kind: "recorded", trace: "nab", rate: perSecond / 2 },
      part: { fromSeconds: thirteenthOfApril, seconds: 8 * hour },
    },
    heldOut: true,
  },
  {
    name: "poisson",
    about: "an hour at one rate: nothing to do but to stay",
    services: lognormal(2),
    source: {
      kind: "generated",
      seconds: hour,
      arrivals: (seconds, seed) => poisson({ rate: perSecond, seconds }, seed),
    },
  },
  {
    name: "on-off",
    about: "two hours of nothing with bursts at four times the mean, each as long as it likes",
    services: lognormal(2),
    source: {
      ...{ kind: "generated", seconds: 2 * hour },
      arrivals: (seconds, seed) =>
        onOff({ onSeconds: 60, offSeconds: 180, onRate: 4 * perSecond, offRate: 0, seconds }, seed),
    },
  },
  {
    name: "ramp",
    about: "an hour from next to nothing to twice the mean",
    services: lognormal(2),
    source: {
      ...{ kind: "generated", seconds: hour },
      arrivals: (seconds, seed) => ramp({ from: 0.2, to: 2 * perSecond - 0.2, seconds }, seed),
    },
  },
];

/** Whether figures of a window say something about loads that the rule was not made with. */
export const isHeldOut = (name: string): boolean => windows.find((window) => window.name === name)?.heldOut === true;

/** Throws a UserError that lists the windows there are. */
export function findWindow(name: string): Window {
  const found = windows.find((window) => window.name === name);
  if (found !== undefined) return found;
  throw new UserError(
    `window must be one of ${windows.map((window) => window.name).join(", ")}, not ${JSON.stringify(name)}`,
  );
}

/**
 * The jobs of a window, the same for the same seed. Of recorded single jobs the seed draws the work alone, and nothing
 * where the trace says that too. Reads the trace's file once a process.
 */
export function buildWorkload({ name, source, services }: Window, seed: number): Workload {
  if (source.kind === "recorded") {
    const trace = recordedTrace(source.trace);
    const part = source.part === undefined ? trace : cutTrace(trace, source.part);
    const rate = source.rate === undefined ? {} : { rate: source.rate };
    return { ...workloadOf(part, { services, ...rate }, seed), name };
  }
  const arrivals = source.arrivals(source.seconds, seed);
  const trace = { name, points: [] };
  return { name, seconds: source.seconds, arrivals, ...serviceTimes(services, trace, arrivals.length, seed) };
}
