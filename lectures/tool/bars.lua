-- A bar for each measured value, longest value full width, as SVG. Text: one `NAME  LABEL` a line.
-- SPDX-License-Identifier: BSD-2-Clause
local values = require("values")
local bars = {}

local row, bar, left, full = 46, 28, 430, 560

local function escaped(text)
    return (text:gsub("[&<>]", { ["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;" }))
end

local function read(text)
    local rows, most = {}, 1
    for line in text:gmatch("[^\n]+") do
        local name, label = line:match("^%s*([%w_]+)%s+(.-)%s*$")
        assert(name, "'" .. line .. "' is not 'NAME  LABEL'")
        local value = values.number(name)
        rows[#rows + 1] = { label = label, value = value, shown = values.expand("@{" .. name .. "}") }
        most = math.max(most, value)
    end
    return rows, most
end

function bars.draw(text)
    local rows, most = read(text)
    local wide, high = left + full + 110, #rows * row
    local svg = { string.format('<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d" ' ..
        'font-family="DejaVu Sans, Verdana, sans-serif" font-size="21">', wide, high, wide, high) }
    local function add(...) table.insert(svg, string.format(...)) end
    for i, entry in ipairs(rows) do
        local y, width = (i - 1) * row, math.max(2, math.floor(full * entry.value / most))
        add('<text x="%d" y="%d" text-anchor="end">%s</text>', left - 14, y + 22, escaped(entry.label))
        add('<rect x="%d" y="%d" width="%d" height="%d" fill="#2b6cb0"/>', left, y, width, bar)
        add('<text x="%d" y="%d" font-weight="bold">%s</text>', left + width + 10, y + 22, entry.shown)
    end
    table.insert(svg, "</svg>\n")
    return table.concat(svg, "\n")
end

return bars
