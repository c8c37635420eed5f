# Turns the --help of a command into a manual page. Variables: name, such as muster-user-hold; version; date.

function escaped(line) {
  gsub(/\\/, "\\e", line)
  gsub(/-/, "\\-", line)
  gsub(/'/, "\\(aq", line)
  return line ~ /^\./ ? "\\&" line : line
}

{ lines[NR] = $0 }

END {
  # The synopsis: the first line and those that continue it.
  first = 1
  while (first < NR && lines[first + 1] ~ /^ /) first++
  printf ".TH %s 1 \"%s\" \"Muster %s\" \"Muster\"\n", toupper(name), date, version
  summary = lines[first + 1]
  sub(/\.$/, "", summary)
  printf ".SH NAME\n%s \\- %s\n.SH SYNOPSIS\n.nf\n", escaped(name), escaped(summary)
  sub(/^Usage: /, "", lines[1])
  for (i = 1; i <= first; i++) {
    if (i > 1) sub(/^       /, "", lines[i])
    print escaped(lines[i])
  }
  print ".fi\n.SH DESCRIPTION\n.nf"
  for (i = first + 1; i <= NR; i++) {
    if (lines[i] == "Examples:") print ".fi\n.SH EXAMPLES\n.nf"
    else print escaped(lines[i])
  }
  print ".fi"
  if (name == "muster") print ".SH SEE ALSO\nEach command has its own page, such as muster\\-serve(1) and muster\\-user\\-hold(1)."
}
