-- Wrong things in a lecture are all said, with the remedy, before the build ends.
-- SPDX-License-Identifier: BSD-2-Clause
local report = { slide = "", count = 0 }

-- problem(where, what, remedy): where is "FILE" or "FILE:LINE"; without it the slide is named alone.
function report.problem(where, what, remedy)
    report.count = report.count + 1
    io.stderr:write(string.format("%s: %s\n    on the slide '%s'\n    remedy: %s\n",
        where or PANDOC_STATE.input_files[1], what, report.slide, remedy))
end

function report.end_of_document()
    if report.count == 0 then return end
    io.stderr:write(string.format("%s: %d problem%s, nothing is written\n", PANDOC_STATE.input_files[1], report.count,
        report.count == 1 and "" or "s"))
    os.exit(1)
end

return report
