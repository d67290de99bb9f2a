-- Figures on slides are never typed: they are taken from files that a measurement has written, one `NAME VALUE` a line.
--
--     values: cost.values          in the lecture's front matter: a file in its folder, or a list of them
--     [call_cross_pd]{.value}      on a slide
--     @{call_cross_pd}             in a diagram and in alternative texts
--     @{a/b} @{a-b}                a ratio, rounded, and a difference
-- SPDX-License-Identifier: BSD-2-Clause
local report = require("report")
local values = { of = {} }

local function folder()
    return PANDOC_STATE.input_files[1]:match("^(.*)/[^/]*$") or "."
end

local function read(path)
    local file = io.open(folder() .. "/" .. path)
    if not file then
        report.problem(path, "this file of values cannot be read", "measure: the lecture's demo writes it")
        return
    end
    local number = 0
    for line in file:lines() do
        number = number + 1
        local name, value = line:match("^([%w_]+)%s+(%d+)$")
        if name and not values.of[name] then
            values.of[name] = value
        elseif not line:match("^%s*#") and not line:match("^%s*$") then
            report.problem(path .. ":" .. number, name and name .. " has a value already" or "not a line 'NAME VALUE'",
                "measure again: the demo that writes this file overwrites all of it")
        end
    end
    file:close()
end

function values.load(meta)
    local files = meta.values
    if not files then return end
    if pandoc.utils.type and pandoc.utils.type(files) == "Inlines" or files.t == "MetaInlines" then files = { files } end
    for _, path in ipairs(files) do read(pandoc.utils.stringify(path)) end
end

local function look_up(name)
    local value = values.of[name]
    if not value then
        report.problem(nil, "there is no measured value '" .. name .. "'",
            "correct the name, or measure it: it is in none of the files that 'values:' names")
    end
    return tonumber(value or "1")
end

-- 12345678 is written 12 345 678, with narrow blanks.
local function grouped(number)
    local text = string.format("%d", number)
    return #text < 5 and text or (text:reverse():gsub("(%d%d%d)", "%1 "):reverse():gsub("^ ", ""):gsub(" ", "\u{202f}"))
end

local function ratio(over, under)
    local exact = over / under
    return exact < 9.5 and string.format("%.1f", exact) or grouped(math.floor(exact + 0.5))
end

local function text_of(expression)
    local a, operator, b = expression:match("^([%w_]+)([/-])([%w_]+)$")
    if operator == "/" then return ratio(look_up(a), look_up(b)) end
    if operator == "-" then return grouped(look_up(a) - look_up(b)) end
    return grouped(look_up(expression))
end

function values.number(name)
    return look_up(name)
end

function values.expand(text)
    return (text:gsub("@{([^}]*)}", text_of))
end

function values.span(element)
    if not element.classes:includes("value") then return element end
    return pandoc.Span({ pandoc.Str(text_of(pandoc.utils.stringify(element))) }, pandoc.Attr("", { "value" }))
end

return values
