// Drives a Firefox for a test in Python: each line of the input is a call, `[name, ...arguments]`, and is answered by a
// line `{"answer"}` or `{"error"}`. When the input ends, the browser is closed. Arguments: the path of Firefox, and the
// seconds that something may take.
import { createInterface } from "node:readline";
import puppeteer from "puppeteer-core";

const [executablePath, seconds] = process.argv.slice(2);
const TIMEOUT = 1000 * Number(seconds);
const pages = [];
const faults = [];

const browser = await puppeteer.launch({ browser: "firefox", executablePath, timeout: TIMEOUT });

// A page in a profile in which nothing is stored; its number.
async function enter() {
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  page.setDefaultTimeout(TIMEOUT);
  page.on("console", (message) => message.type() === "error" && faults.push(message.text()));
  page.on("pageerror", (error) => faults.push(String(error)));
  return pages.push(page) - 1;
}

// What is done in a page; those with an element get it when it is to be seen, but for a file input.
const OF_A_PAGE = { open: async (page, address) => void (await page.goto(address)) };
const OF_AN_ELEMENT = {
  choose: (element, path) => element.uploadFile(path),
  type: (element, text) => element.type(text),
  text: (element) => element.evaluate(({ innerText }) => innerText),
};

async function act(name, number, ...values) {
  const page = pages[number];
  // Firefox draws nothing of a page behind another one, so that nothing in it comes to be seen.
  await page.bringToFront();
  if (name in OF_A_PAGE) {
    return OF_A_PAGE[name](page, ...values);
  }
  const [xpath, ...rest] = values;
  if (name === "click") {
    // A locator waits until the element does not move any more: a click at its old place would be missed without a word.
    return page.locator(`::-p-xpath(${xpath})`).click();
  }
  const visible = name !== "choose";
  return OF_AN_ELEMENT[name](await page.waitForSelector(`::-p-xpath(${xpath})`, { visible }), ...rest);
}

async function words(number) {
  const text = await pages[number]?.evaluate(() => `${location.href}\n${document.body.innerText}`);
  return [...faults, text].join("\n");
}

async function answer([name, ...values]) {
  try {
    const done = name === "enter" ? await enter() : await act(name, ...values);
    return faults.length ? { error: await words(values[0]) } : { answer: done ?? null };
  } catch (error) {
    return { error: `${error}\n${await words(values[0]).catch(String)}` };
  }
}

try {
  for await (const line of createInterface({ input: process.stdin })) {
    process.stdout.write(`${JSON.stringify(await answer(JSON.parse(line)))}\n`);
  }
} finally {
  await browser.close();
}
