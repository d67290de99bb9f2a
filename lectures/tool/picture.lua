-- Pictures: fenced text that a tool draws, or files. Every one says in words what it shows, or the build fails.
--
--     ```dot            Graphviz                                     each begins with the words,
--     ```mscgen         a sequence chart                             down to an empty line:
--     ```bars           measured values, one `NAME  LABEL` a line        alt: Two boxes. The first ...
--     ![…](file.svg)    a file in the lecture's folder
--
-- ```{.mscgen include="file.msc"} takes the text from that file in the lecture's folder. width="70%" is of the slide.
-- SPDX-License-Identifier: BSD-2-Clause
local report = require("report")
local values = require("values")
local bars = require("bars")
local picture = {}

local out = os.getenv("LECTURE_OUT") or "."
local font = "DejaVu Sans"

local function dot(text)
    local arguments = { "-Tsvg", "-Gbgcolor=transparent", "-Gpad=0.05" }
    for _, kind in ipairs({ "G", "N", "E" }) do
        table.insert(arguments, "-" .. kind .. "fontname=" .. font)
        table.insert(arguments, "-" .. kind .. "fontsize=" .. (kind == "E" and 16 or 18))
    end
    for _, set in ipairs({ "Nshape=box", "Nstyle=rounded,filled", "Nfillcolor=#eef3f8", "Ncolor=#1f3a5f", "Nfontcolor=#111111",
        "Ecolor=#1f3a5f", "Nmargin=0.16,0.08" }) do
        table.insert(arguments, "-" .. set)
    end
    return pandoc.pipe(os.getenv("DOT") or "dot", arguments, text)
end

-- mscgen reckons with Helvetica and writes on the lines. Here letters are of the deck's font, of about the same width, and above;
-- so are the white patches behind them, which are lower than a box.
local function lift(start, x1, y1, x2, y2)
    if y2 - y1 > 14 then return nil end
    local top, bottom = y1 - 5, y2 - 2
    return string.format('%s"%d,%d %d,%d %d,%d %d,%d"', start, x1, top, x2, top, x2, bottom, x1, bottom)
end

local function mscgen(text)
    local svg = pandoc.pipe(os.getenv("MSCGEN") or "mscgen", { "-T", "svg", "-i", "-", "-o", "-" }, text)
    svg = svg:gsub('"Helvetica" font%-size="12"', '"' .. font .. ', Verdana, sans-serif" font-size="10.7"')
    svg = svg:gsub('(<text x="%d+" y=")(%d+)"', function(start, y) return start .. (y - 3) .. '"' end)
    return (svg:gsub('(<polygon fill="white" points=)"(%d+),(%d+) (%d+),%d+ %d+,(%d+) %d+,%d+"', lift))
end

picture.draws = { dot = dot, mscgen = mscgen, bars = bars.draw }

local function no_alternative()
    report.problem(nil, "a picture without alternative text",
        "say what a listener who cannot see it has to know: 'alt: …' and an empty line before the text, or ![…](file)")
    return {}
end

local function write(name, text)
    local file = assert(io.open(out .. "/" .. name, "w"))
    file:write(text)
    file:close()
end

-- Splits "alt: words\n\ntext". Both may be empty.
local function split(text)
    local words, rest = (text .. "\n\n"):match("^alt:(.-)\n%s*\n(.*)$")
    if not words then return "", text end
    return values.expand(words:gsub("%s+", " "):match("^%s*(.-)%s*$")), rest
end

local function content(element, text)
    local path = element.attributes.include
    if not path then return text end
    local file = io.open(PANDOC_STATE.input_files[1]:match("^(.*/)") .. path)
    file = file or io.open(out .. "/" .. path) -- made for this build, by the lecture's pictures.sh
    if not file then
        report.problem(path, "this picture's text cannot be read", "include= names a file in the lecture's folder")
        return nil
    end
    text = file:read("a")
    file:close()
    return text
end

local function sized(source, alternative, width)
    local attributes = { { "alt", alternative } }
    if width then table.insert(attributes, { "style", "width:" .. width }) end
    local image = pandoc.Image(alternative, source, "", pandoc.Attr("", {}, attributes))
    return pandoc.Div({ pandoc.Plain({ image }) }, pandoc.Attr("", { "picture" }))
end

-- What stands in place of a fenced block. The file is named by what it shows, so the same picture is there once.
function picture.block(element)
    local kind = element.classes[1]
    local alternative, text = split(element.text)
    if alternative == "" then return no_alternative() end
    text = content(element, text)
    if not text then return {} end
    text = values.expand(text)
    local good, drawn = pcall(picture.draws[kind], text)
    if not good then
        local why = type(drawn) == "string" and drawn or "its messages are above"
        report.problem(nil, kind .. " cannot draw this: " .. why, "correct the text of the picture")
        return {}
    end
    local name = kind .. "-" .. pandoc.utils.sha1(kind .. text):sub(1, 12) .. ".svg"
    write(name, drawn)
    return sized(name, alternative, element.attributes.width or (kind == "mscgen" and "90%" or nil))
end

-- A picture from a file. The makefile copies those that are in the lecture's folder.
function picture.image(element)
    local alternative = pandoc.utils.stringify(element.caption)
    if alternative == "" then alternative = element.attributes.alt or "" end
    if not alternative:match("%S") then return no_alternative() end
    if element.attributes.alt then return element end
    element.attributes.alt = values.expand(alternative)
    return element
end

return picture
