import process from "node:process";

/** How many milliseconds of processor time a task takes, which other programs on the machine don't lengthen. */
export const processorTime = (task) => {
  const before = process.cpuUsage();
  task();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
};
