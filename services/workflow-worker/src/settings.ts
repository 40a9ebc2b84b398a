/** What the worker is told by its environment. Times in seconds unless named otherwise. */
export interface Settings {
  /** Without credentials: those come from files, so that no environment listing shows them. */
  readonly amqpUrl: string;
  readonly usernameFile: string;
  readonly passwordFile: string;
  readonly queue: string;
  /** Where each finished job is reported; none when absent. */
  readonly reportQueue?: string;
  /** Jobs worked on at the same time. */
  readonly prefetch: number;
  /** Duration of a job whose body does not name its own. */
  readonly workMilliseconds: number;
  /** For work in flight after SIGTERM; shorter than the pod's terminationGracePeriodSeconds. */
  readonly graceSeconds: number;
  readonly host: string;
  readonly port: number;
  /** One of pino's levels. */
  readonly logLevel: string;
}

/** As `process.env`, but given, so that tests need not change the process. */
type Environment = Readonly<Record<string, string | undefined>>;

const logLevels = ["trace", "debug", "info", "warn", "error", "fatal", "silent"];

/** Reads all settings; throws one error that lists every bad variable with its bound and value. */
export function readSettings(environment: Environment): Settings {
  const problems: string[] = [];
  const text = (key: string, fallback = ""): string => {
    const value = environment[key] ?? fallback;
    if (value === "") problems.push(`${key} is required`);
    return value;
  };
  const whole = (key: string, fallback: number, [lowest, highest]: readonly [number, number]): number => {
    // An empty text is an error, not the default: a template that lost its value should show.
    const value = environment[key] ?? String(fallback);
    const number = /^\d{1,9}$/.test(value) ? Number(value) : NaN;
    if (number >= lowest && number <= highest) return number;
    problems.push(`${key} must be a whole number from ${lowest} to ${highest}, not ${JSON.stringify(value)}`);
    return fallback;
  };
  const reportQueue = environment["REPORT_QUEUE"];
  const settings: Settings = {
    amqpUrl: text("AMQP_URL"),
    usernameFile: text("USERNAME_FILE"),
    passwordFile: text("PASSWORD_FILE"),
    queue: text("QUEUE", "workflow"),
    ...(reportQueue === undefined || reportQueue === "" ? {} : { reportQueue }),
    prefetch: whole("PREFETCH", 1, [1, 1000]),
    workMilliseconds: whole("WORK_MILLISECONDS", 100, [0, 3_600_000]),
    // Kubernetes kills after 30 s: five are left to close the connection.
    graceSeconds: whole("GRACE_SECONDS", 25, [0, 3600]),
    host: text("HOST", "0.0.0.0"),
    port: whole("PORT", 9464, [0, 65_535]),
    logLevel: text("LOG_LEVEL", "info"),
  };
  if (!logLevels.includes(settings.logLevel))
    problems.push(`LOG_LEVEL must be one of ${logLevels.join(", ")}, not ${JSON.stringify(settings.logLevel)}`);
  if (settings.amqpUrl !== "") problems.push(...urlProblems(settings.amqpUrl));
  if (problems.length > 0) throw new Error(`bad environment:\n  ${problems.join("\n  ")}`);
  return settings;
}

// The value is not quoted: it may hold the very credentials that do not belong there.
function urlProblems(value: string): readonly string[] {
  const url = URL.parse(value);
  if (url === null || !["amqp:", "amqps:"].includes(url.protocol))
    return ["AMQP_URL must be a URL that begins with amqp:// or amqps://"];
  const clean = url.username === "" && url.password === "";
  return clean ? [] : ["AMQP_URL must not hold credentials: use USERNAME_FILE and PASSWORD_FILE"];
}
