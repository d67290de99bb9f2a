# The links of the exercises' pages lead somewhere: to files of the tree, and to anchors of the page itself.
. "$srcdir/tools/test/lib.sh"

# What GitHub makes of a heading: small letters, no punctuation, dashes for blanks.
anchors() {
    sed -n 's/.*<a id="\([^"]*\)">.*/\1/p' "$1"
    sed -n 's/^##* //p' "$1" | tr 'A-Z ' 'a-z-' | tr -cd 'a-z0-9\n-'
}

wrong=''
for page in "$srcdir"/exercises/*/README.md; do
    anchors "$page" >anchors
    sed 's/](\([^)]*\))/\n](\1)\n/g' "$page" | sed -n 's/^](\([^) ]*\))$/\1/p' >links
    while read -r link; do
        case $link in
        http*) ;;
        '#'*) grep -qxF "${link#?}" anchors || wrong="$wrong ${page#"$srcdir"/}:$link" ;;
        *) [ -e "${page%/*}/${link%%#*}" ] || wrong="$wrong ${page#"$srcdir"/}:$link" ;;
        esac
    done <links
done
[ -z "$wrong" ] || fail "these lead nowhere:$wrong"
