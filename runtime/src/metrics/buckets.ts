/** Upper bounds in seconds. Dense where the decisions are made: a quantile is only as exact as the bucket it lies in. */

/** Around the 200 ms that a page may take; 10 s is when a load balancer or a person has given up. */
export const requestBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2.5, 5, 10];

/** From a lookup by key, below a millisecond, to the 30 s at which statements are commonly cut off. */
export const queryBuckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30];

/** A broker confirms after it has written to the disks of a majority: milliseconds, or seconds when it is blocked. */
export const publishBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30];

/** A workflow calls models and other people's services: tenths of a second to many minutes. */
export const workBuckets = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600];

/** Waiting in a queue: milliseconds when workers are idle, up to an hour in a backlog. */
export const lagBuckets = [0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300, 900, 3600];
