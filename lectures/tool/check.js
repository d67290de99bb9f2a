/*
 * Looks at every slide of some decks, as Chromium lays it out, on a wide and on a 4:3 screen. tool/check.sh opens check.html with
 * the decks' folders behind the #, parted by |, and reads the report from the finished page. JavaScript, because a browser runs
 * nothing else.
 *
 * A line for each problem, FOLDER: SLIDE: WHAT, and one "looked at …" for each deck and size; the last line is "done".
 * SPDX-License-Identifier: BSD-2-Clause
 */
"use strict";

const SIZES = [[1280, 720], [1024, 768]];
const DESIGN = { width: 1280, height: 720 };
const FREE = { right: 8, bottom: 34 };   /* pixels of the design; the slide's number stands at the bottom */
const SMALLEST = 18;                     /* text below this is not read in the last row */

const BOXES = ["PRE", "TABLE", "P", "LI", "H1", "TD", "TH"];

const report = document.getElementById("report");
const said = new Set();

function say(text) {
    if (!said.has(text)) report.append(text + "\n");
    said.add(text);
}

function open_page(url, width, height) {
    return new Promise(resolve => {
        const frame = document.createElement("iframe");
        frame.width = width;
        frame.height = height;
        frame.onload = () => resolve(frame);
        frame.src = url;
        document.getElementById("frame").replaceChildren(frame);
    });
}

function until(condition) {
    return new Promise((resolve, reject) => {
        let tries = 100;
        const look = () => {
            if (condition()) resolve();
            else if (tries-- > 0) setTimeout(look, 20);
            else reject(new Error("the deck does not start"));
        };
        look();
    });
}

/* The name of an element as its author would know it. */
function name_of(element) {
    const text = (element.textContent || "").trim().slice(0, 40).replace(/\s+/g, " ");
    return element.tagName.toLowerCase() + (text ? ` "${text}"` : "");
}

function visible(slide) {
    return [...slide.querySelectorAll("*")].filter(element => !element.closest("aside.notes") && element.getClientRects().length);
}

/* How far the contents of a slide reach beyond it: only the farthest is told, which takes the others with it. */
function check_overflow(slide, scale, problem) {
    const box = slide.getBoundingClientRect();
    const over = { right: 0, bottom: 0 };
    const who = {};
    for (const element of visible(slide)) {
        const rectangle = element.getBoundingClientRect();
        const beyond = {
            right: (rectangle.right - box.left) / scale - DESIGN.width + FREE.right,
            bottom: (rectangle.bottom - box.top) / scale - DESIGN.height + FREE.bottom,
        };
        for (const side of ["right", "bottom"])
            if (beyond[side] > over[side] + 0.5) {
                over[side] = beyond[side];
                who[side] = element;
            }
    }
    for (const side of ["right", "bottom"])
        if (who[side])
            problem(`runs over the ${side} edge by ${Math.ceil(over[side])} pixels: ${name_of(who[side])}`);
}

function check_boxes(slide, problem) {
    for (const element of visible(slide))
        if (BOXES.includes(element.tagName) && element.scrollWidth > element.clientWidth + 2)
            problem(`is wider than its place by ${element.scrollWidth - element.clientWidth} pixels: ${name_of(element)}`);
}

function check_text(slide, problem) {
    for (const element of visible(slide)) {
        const own = [...element.childNodes].some(node => node.nodeType === Node.TEXT_NODE && node.data.trim());
        const size = parseFloat(slide.ownerDocument.defaultView.getComputedStyle(element).fontSize);
        if (own && size < SMALLEST)
            problem(`has text of ${size} pixels, less than ${SMALLEST}: ${name_of(element)}`);
    }
}

/* Everything that is seen and not text needs words. */
function check_pictures(root, problem) {
    for (const image of root.querySelectorAll("img")) {
        if (!(image.getAttribute("alt") || "").trim())
            problem(`has a picture without alternative text: ${image.getAttribute("src")}`);
        if (!image.complete || !image.naturalWidth)
            problem(`has a picture that cannot be loaded: ${image.getAttribute("src")}`);
    }
    for (const element of root.querySelectorAll("svg, canvas, video, object, embed, iframe"))
        if (!(element.getAttribute("aria-label") || element.getAttribute("title") || "").trim())
            problem(`has a <${element.tagName.toLowerCase()}> without aria-label`);
}

function is_there(url) {
    return new Promise(resolve => {
        const request = new XMLHttpRequest();
        request.onload = () => resolve(true);
        request.onerror = () => resolve(false);
        try {
            request.open("GET", url);
            request.send();
        } catch (error) {
            resolve(false);
        }
    });
}

/* Links into the page and to files. Addresses of the net are not asked: a check must not depend on them. */
async function check_links(root, problem) {
    const page = root.ownerDocument;
    for (const link of root.querySelectorAll("a[href]")) {
        const target = link.getAttribute("href");
        if (/^(https?|mailto):/.test(target)) continue;
        const [file, anchor] = target.split("#");
        let broken = false;
        if (file) broken = !await is_there(new URL(file, page.baseURI));
        else if (anchor) broken = !page.getElementById(decodeURIComponent(anchor.replace(/^\//, "")));
        if (broken || target === "" || target === "#")
            problem(`has a link that leads nowhere: ${target}`);
    }
}

async function check_deck(folder, [width, height]) {
    const frame = await open_page(folder + "/index.html", width, height);
    const deck = frame.contentWindow;
    await until(() => deck.Reveal && deck.Reveal.isReady && deck.Reveal.isReady());
    await deck.document.fonts.ready;
    for (const details of deck.document.querySelectorAll("details")) details.open = true;
    const slides = deck.Reveal.getSlides();
    for (const slide of slides) {
        const place = deck.Reveal.getIndices(slide);
        const title = (slide.querySelector("h1") || slide).textContent.trim().replace(/\s+/g, " ");
        const problem = what => say(`${folder}: '${title}': ${what} (at ${width}x${height})`);
        deck.Reveal.slide(place.h, place.v, 99);
        await Promise.allSettled([...slide.querySelectorAll("img")].map(image => image.decode()));
        if (!slide.querySelector("h1")) problem("has no title");
        check_overflow(slide, deck.Reveal.getScale(), problem);
        check_boxes(slide, problem);
        check_text(slide, problem);
        check_pictures(slide, problem);
        await check_links(slide, problem);
    }
    say(`looked at ${slides.length} slides of ${folder} at ${width}x${height}`);
}

async function check_handout(folder) {
    const frame = await open_page(folder + "/handout.html", 1024, 768);
    const problem = what => say(`${folder}: the handout ${what}`);
    check_pictures(frame.contentDocument.body, problem);
    await check_links(frame.contentDocument.body, problem);
}

async function main() {
    for (const folder of decodeURIComponent(location.hash.slice(1)).split("|"))
        try {
            for (const size of SIZES) await check_deck(folder, size);
            await check_handout(folder);
        } catch (error) {
            say(`${folder}: ${error.message}`);
        }
    say("done");
}

main();
