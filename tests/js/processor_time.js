import process from "node:process";

/** How many milliseconds a task keeps processors busy: beside others it takes longer, but not more of this. */
export const processorTime = (task) => {
  const before = process.cpuUsage();
  task();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
};
