#!/bin/sh
# Makes the tree for students and its tarball: what `contents` names, the references as objects, pages without links that lead nowhere.
#
#   make.sh SRCDIR CONFIG OUT VERSION EXERCISES [COURSE]
#
#   EXERCISES   those that are handed out: "1 2 3", or 1-entry and so on. Exercise 0 always is
#   COURSE      the course file that students get, without what is not for them; grading/course.json, if none is given
#   Results     OUT/cairn-student-VERSION/ and OUT/cairn-student-VERSION.tar.gz: the same bytes for the same sources and tools
#
# Needs from the environment: MAKE, COURSE_TOOL (grading/course, built). SOURCE_DATE_EPOCH: the time of all files; if not given, that of the
# last commit.
# SPDX-License-Identifier: BSD-2-Clause
set -eu
srcdir=$1 config=$2 out=$3 version=$4 exercises=$5 course=${6:-$1/grading/course.json}
here=$srcdir/tools/student-kit
name=cairn-student-$version
tree=$out/$name
LC_ALL=C
export LC_ALL
umask 022

refuse() { printf 'make student-kit: %s\n' "$*" >&2; exit 1; }

# Folder names of the exercises that were asked for.
stages=''
for word in $exercises; do
    folder=$(cd "$srcdir/exercises" && ls -d "${word%%-*}"-*[a-z] 2>/dev/null) || refuse "there is no exercise $word. There are: $(cd "$srcdir/exercises" && echo [1-9]-*)"
    [ -e "$srcdir/exercises/$folder/README.md" ] || refuse "exercise $folder has no handout yet"
    case " $stages " in *" $folder "*) ;; *) [ "$folder" = 0-tour ] || stages="$stages $folder" ;; esac
done
[ -n "$stages" ] || refuse "STAGES: which exercises? For example: make student-kit STAGES=\"1 2 3\""

# The lines of `contents`, one for each exercise where it says STAGE.
lines() {
    while read -r line; do
        case $line in
        '' | '#'*) ;;
        *STAGE*) for stage in $stages; do echo "${line%STAGE*}$stage${line#*STAGE}"; done ;;
        *) echo "$line" ;;
        esac
    done <"$here/contents"
}

# Names of all files that go along. Editors' and compilers' leavings do not.
select_files() {
    lines >"$out/lines"
    (cd "$srcdir" && find $(sed -n 's/^\([^-][^/]*\).*/\1/p' "$out/lines" | sort -u) -type f ! -name '*~' ! -name '*.o' ! -name '*.swp') |
        awk 'FILENAME != "-" {
                out[++n] = sub(/^-/, ""); gsub(/[.]/, "[.]"); gsub(/[*]/, "[^/]*"); pattern[n] = "^" $0 "(/|$)"; next
            }
            { take = 0; for (i = 1; i <= n; i++) if ($0 ~ pattern[i]) take = !out[i]; if (take) print }' "$out/lines" - | sort
}

copy_files() {
    select_files >"$out/files"
    while read -r file; do
        mkdir -p "$tree/$(dirname "$file")"
        cp -p "$srcdir/$file" "$tree/$file"
    done <"$out/files"
}

# The course, and without the records of tests that are hidden for good: nothing in the tree says that they are there.
apply_course() {
    mv "$out/course" "$tree/grading/course.json"
    for stage in $stages; do
        for id in $("$COURSE_TOOL" hidden "$srcdir" "$course" "$stage"); do
            rm "$tree/grading/tests/$stage/${id#*.}.json"
            sed -i "/^| \`$id\` |/d" "$tree/exercises/$stage/README.md"
        done
    done
}

# A page that links to what is not in this tree keeps the words and loses the link.
unlink_pages() {
    find "$tree" -name '*.md' | while read -r page; do
        sed 's/](\([^)]*\))/\n\1\n/g' "$page" | sed -n '/^[^ #]*$/p' | grep -v '^http' | sed 's/#.*//' | sort -u |
            while read -r link; do
                [ -z "$link" ] || [ -e "$(dirname "$page")/$link" ] || [ ! -e "$(original "$page")/$link" ] || printf '%s\n' "$link"
            done >"$out/dead"
        while read -r link; do
            sed -i "s|\[\([^]]*\)\](${link}\(#[^)]*\)\{0,1\})|\1|g" "$page"
        done <"$out/dead"
    done
}
original() { dirname "$srcdir/${1#"$tree"/}"; }

# Only tests whose script is there, and that need no reference's source: the students' own means of trying.
keep_tests() {
    find "$tree" -name tests.list | while read -r list; do
        while read -r line; do
            script=$(printf '%s\n' "$line" | sed -n 's|.*"$srcdir/\([^"]*\)".*|\1|p')
            case $line in
            '#'*) printf '%s\n' "$line" ;;
            *' solutions/'*) ;;
            *) [ -z "$script" ] || [ ! -e "$tree/$script" ] || printf '%s\n' "$line" ;;
            esac
        done <"$list" >"$out/tests"
        cp "$out/tests" "$list"
    done
}

add_own() {
    sed "s/VERSION/$version/; s|EXERCISES|$(page_list)|" "$here/README.md" >"$tree/README.md"
    # Here work/ is what counts, and prebuilt/ cannot be built.
    sed -i '/^.work$/d' "$tree/.gitignore"
    echo '!/prebuilt/**/*.o' >>"$tree/.gitignore"
    sh "$here/parts.sh" "$srcdir" "$config" "$out/parts" "$tree/prebuilt"
    mkdir "$tree/prebuilt/2-boot"
    cp "$here/kernel.ld" "$tree/prebuilt/2-boot/"
    cp "$here/prebuilt.md" "$tree/prebuilt/README.md"
}
page_list() { for stage in $stages; do printf '[%s](exercises/%s/README.md) ' "$stage" "$stage"; done; }

pack() {
    time=${SOURCE_DATE_EPOCH:-$(git -C "$srcdir" log -1 --format=%ct 2>/dev/null || echo 1577836800)}
    tar -C "$out" --format=ustar --sort=name --mtime="@$time" --owner=0 --group=0 --numeric-owner --mode=go=rX,u+rw -cf - "$name" |
        gzip -9n >"$tree.tar.gz.new"
    mv "$tree.tar.gz.new" "$tree.tar.gz"
}

mkdir -p "$out"
# shellcheck disable=SC2086
"$COURSE_TOOL" publish "$srcdir" "$course" $stages >"$out/course" || refuse "the course file is wrong (see above)"
rm -rf "$tree" "$tree.tar.gz" "$out/parts"
mkdir -p "$tree"
copy_files
apply_course
add_own
unlink_pages
keep_tests
sh "$here/leaks.sh" "$srcdir" "$config" "$tree" >&2 || refuse "the tree would tell answers (see above)"
pack
rm -rf "$out/parts" "$out/lines" "$out/files" "$out/dead" "$out/tests"
echo "$tree.tar.gz"
