-- Code on a slide is cut from a real file, by marks in it:
--
--     ```{.c include="kernel/panic.c" slide="NAME"}        //! slide: NAME begin
--     ```                                                  //! slide: NAME end
--
-- Marks, not line numbers: numbers drift silently when the file changes, marks fail loudly.
-- SPDX-License-Identifier: BSD-2-Clause
local report = require("report")
local listing = {}
local count = 0

local source = os.getenv("srcdir") or "."

-- A mark stands behind a comment's opening of the file's own syntax, and that at the start of the line or behind a blank.
local openings = { "//!", "/*!", ";!", "#!", "--!", "<!--!" }
local closings = { ["/*!"] = "*/", ["<!--!"] = "-->" }

local function find_plain(line, opening)
    local at = line:find(opening, 1, true)
    while at and at > 1 and not line:sub(at - 1, at - 1):match("%s") do at = line:find(opening, at + 1, true) end
    return at
end

-- Returns the code before a mark, and the mark's text; or the line and nil.
local function split(line)
    for _, opening in ipairs(openings) do
        local at = find_plain(line, opening)
        local text = at and line:sub(at + #opening):match("^%s*(.-)%s*$")
        local closing = closings[opening]
        if text and closing and text:sub(-#closing) == closing then text = text:sub(1, -#closing - 1):match("^(.-)%s*$") end
        if text and (text:match("^slide[:%s]") or text:match("^answer%s") or text:match("^skeleton:")) then
            return line:sub(1, at - 1):match("^(.-)%s*$"), text
        end
    end
    return line, nil
end

local function read_lines(path)
    local file = io.open(source .. "/" .. path)
    if not file then return nil end
    local lines = {}
    for line in file:lines() do lines[#lines + 1] = line end
    file:close()
    return lines
end

-- The line numbers of the one pair of marks with this name; or nil after a report.
local function find_marks(path, lines, name)
    local found = { begin = {}, ["end"] = {} }
    for number, line in ipairs(lines) do
        local _, text = split(line)
        local marked, edge = (text or ""):match("^slide:?%s+(%S+)%s+(%a+)$")
        if marked == name and found[edge] then table.insert(found[edge], number) end
    end
    for _, edge in ipairs({ "begin", "end" }) do
        local mark = string.format("slide: %s %s", name, edge)
        if #found[edge] == 0 then
            report.problem(path, "there is no mark '" .. mark .. "'",
                "put it on a line of its own into the file, as in '//! " .. mark .. "', or correct the name on the slide")
            return nil
        end
        if #found[edge] > 1 then
            report.problem(path .. ":" .. found[edge][2],
                "the mark '" .. mark .. "' is there already, in line " .. found[edge][1], "rename one of the two, or remove it")
            return nil
        end
    end
    if found["end"][1] < found.begin[1] then
        report.problem(path .. ":" .. found["end"][1], "'slide: " .. name .. " end' comes before its begin", "exchange the two")
        return nil
    end
    return found.begin[1], found["end"][1]
end

-- The lines between the marks, as { number, text }, without any marks; and the number of the first answer that is shown.
local function cut(lines, first, last)
    local kept, open, answer = {}, nil, nil
    for number, line in ipairs(lines) do
        local code, text = split(line)
        local begins = (text or ""):match("^answer%s+([%d.]+)%s+begin")
        if begins then open = begins end
        if number > first and number < last then
            if open then answer = answer or open end
            if not text then
                kept[#kept + 1] = { number, line }
            elseif code ~= "" then
                kept[#kept + 1] = { number, code }
            end
        end
        if (text or ""):match("^answer%s+[%d.]+%s+end") then open = nil end
    end
    return kept, answer
end

local function drop_empty_ends(kept)
    while #kept > 0 and kept[1][2]:match("^%s*$") do table.remove(kept, 1) end
    while #kept > 0 and kept[#kept][2]:match("^%s*$") do table.remove(kept) end
end

local function drop_indentation(kept)
    local least
    for _, line in ipairs(kept) do
        local blanks = line[2]:match("^( *)%S")
        if blanks and (not least or #blanks < least) then least = #blanks end
    end
    for _, line in ipairs(kept) do line[2] = line[2]:sub((least or 0) + 1) end
end

-- Pandoc counts lines from a start, and names them so. Where a mark was dropped, the style sheet is told to count further.
local function jumps(kept, identifier)
    local rules = {}
    for i = 2, #kept do
        local step = kept[i][1] - kept[i - 1][1]
        if step > 1 then
            local line = identifier .. "-" .. (kept[1][1] + i - 1)
            rules[#rules + 1] = string.format("#%s{counter-increment:source-line %d !important}", line, step)
        end
    end
    return #rules > 0 and "<style>" .. table.concat(rules) .. "</style>" or ""
end

local function caption(path, kept)
    return string.format('<div class="listing-place">%s:%d–%d</div>', path, kept[1][1], kept[#kept][1])
end

local function no_place(path, what, remedy)
    report.problem(path, what, remedy)
    return {}
end

-- What stands in place of ```{.LANGUAGE include="PATH" slide="NAME"}; the slide's metadata says whether answers may be shown.
function listing.block(element, answers_allowed)
    local path, name = element.attributes.include, element.attributes.slide
    if not name then return no_place(path, "a listing without a name", 'write {.c include="' .. path .. '" slide="NAME"}') end
    local lines = read_lines(path)
    if not lines then return no_place(path, "cannot be read", "paths begin at the top of the kit: 'kernel/panic.c'") end
    local first, last = find_marks(path, lines, name)
    if not first then return {} end
    local kept, answer = cut(lines, first, last)
    drop_empty_ends(kept)
    if #kept == 0 then return no_place(path, "nothing stands between the marks of '" .. name .. "'", "move the marks") end
    if answer and not answers_allowed then
        return no_place(path .. ":" .. first, "'" .. name .. "' shows answer " .. answer .. " of an exercise",
            "move the marks, or write '# Title {answers=yes}' if students have handed the exercise in by then")
    end
    drop_indentation(kept)
    count = count + 1
    local identifier, text = "listing-" .. count, {}
    for i, line in ipairs(kept) do text[i] = line[2] end
    local language = element.classes[1] or "default"
    local code = pandoc.CodeBlock(table.concat(text, "\n"),
        pandoc.Attr(identifier, { language, "numberLines" }, { { "startFrom", tostring(kept[1][1]) } }))
    return pandoc.Div({ code, pandoc.RawBlock("html", caption(path, kept) .. jumps(kept, identifier)) },
        pandoc.Attr("", { "listing" }))
end

return listing
