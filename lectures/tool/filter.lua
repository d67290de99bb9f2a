-- The one filter of the lectures: pandoc runs it over slides.md, for the deck and for the handout.
-- It puts code, pictures and figures in, and refuses what must not be on a slide. Its parts are the other Lua files here.
-- What an author writes is in lectures/AUTHORING.md.
-- SPDX-License-Identifier: BSD-2-Clause
local here = PANDOC_SCRIPT_FILE:match("^(.*)/[^/]*$") or "."
package.path = here .. "/?.lua;" .. package.path

local report = require("report")
local listing = require("listing")
local picture = require("picture")
local values = require("values")

local handout = FORMAT:match("^html") ~= nil

-- A slide begins with a heading of level 1; what its metadata says holds until the next one.
local slide = { title = "before the first slide", answers = false }

local function header(element)
    if element.level == 1 then
        slide = { title = pandoc.utils.stringify(element), answers = element.attributes.answers == "yes" }
        element.attributes.answers = nil
    end
    return element
end

local function code_block(element)
    report.slide = slide.title
    if picture.draws[element.classes[1]] then return picture.block(element) end
    if element.attributes.include then return listing.block(element, slide.answers) end
    return element
end

-- ::: notes are the speaker's. In the handout they are its text.
local function notes(element)
    if not handout then return element end
    element.classes = { "prose" }
    return element
end

-- ::: answer is folded away in the deck and in the handout until somebody clicks on it; on paper it is open.
local function answer(element)
    local blocks = pandoc.List({ pandoc.RawBlock("html", "<details><summary>Answer</summary>") })
    blocks:extend(element.content)
    blocks:insert(pandoc.RawBlock("html", "</details>"))
    return pandoc.Div(blocks, pandoc.Attr("", { "answer" }))
end

local function div(element)
    if element.classes:includes("notes") then return notes(element) end
    if element.classes:includes("answer") then return answer(element) end
    return element
end

local function image(element)
    report.slide = slide.title
    return picture.image(element)
end

-- @{NAME} is for pictures. In text it would stay as it is.
local function str(element)
    report.slide = slide.title
    local name = element.text:match("@{([^}]*)")
    if name then report.problem(nil, "'" .. element.text .. "' in text", "write [" .. name .. "]{.value}") end
end

local function span(element)
    report.slide = slide.title
    return values.span(element)
end

local visitors = { CodeBlock = code_block, Image = image, Span = span, Str = str, Div = div }

-- Blocks must be seen in the order in which they stand, because headings say what slide they are on.
local function blocks_in_order(blocks)
    local result = pandoc.List({})
    for _, block in ipairs(blocks) do
        if block.t == "Header" then header(block) end
        result:extend(pandoc.walk_block(pandoc.Div({ block }), visitors).content)
    end
    return result
end

-- The handout's own title is its one heading of level 1.
local function lower(element)
    element.level = element.level + 1
    return element
end

function Pandoc(document)
    values.load(document.meta)
    document.blocks = blocks_in_order(document.blocks)
    report.end_of_document()
    if handout then document = document:walk({ Header = lower }) end
    return document
end
