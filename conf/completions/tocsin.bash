# SPDX-License-Identifier: MIT
# Completion of tocsin(1) for bash.

# Names of one kind of group in the effective configuration: rule, feed, sink.
_tocsin_names () {
  tocsin "${_tocsin_config[@]}" check --print 2>/dev/null | sed -n "s/^\[$1 \(.*\)\]\$/\1/p"
}

_tocsin () {
  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
  local commands='once daemon check add feeds alerts match why parse test-sink import export'
  local global='--config --state --verbose --quiet --help'
  local command='' options='' i
  local IFS=$' \t\n'
  _tocsin_config=()

  for ((i = 1; i < COMP_CWORD; i++)); do
    case ${COMP_WORDS[i]} in
    -c | --config)
      _tocsin_config=(-c "${COMP_WORDS[i + 1]}")
      ((i++))
      ;;
    -s | --state) ((i++)) ;;
    -*) ;;
    *)
      command=${COMP_WORDS[i]}
      break
      ;;
    esac
  done

  case $prev in
  -c | --config)
    COMPREPLY=($(compgen -f -- "$cur"))
    return
    ;;
  -s | --state)
    COMPREPLY=($(compgen -d -- "$cur"))
    return
    ;;
  --format)
    COMPREPLY=($(compgen -W 'text json tsv' -- "$cur"))
    return
    ;;
  --since)
    COMPREPLY=($(compgen -W '12h 1d 7d 30d' -- "$cur"))
    return
    ;;
  --rule | --feed)
    IFS=$'\n'
    COMPREPLY=($(compgen -W "$(_tocsin_names "${prev#--}")" -- "$cur"))
    return
    ;;
  --language | --limit | --base | --content-type)
    return
    ;;
  esac

  case $command in
  '')
    COMPREPLY=($(compgen -W "$commands $global --version" -- "$cur"))
    return
    ;;
  once) options='--all --strict --format' ;;
  check) options='--print' ;;
  add) options='--guess' ;;
  feeds | why) options='--format' ;;
  alerts) options='--since --rule --feed --pending --failed --retry --format' ;;
  match) options='--rule --rules --archive --since --limit --language --format' ;;
  parse) options='--text --base --content-type' ;;
  esac

  case $cur in
  -*)
    COMPREPLY=($(compgen -W "$options $global" -- "$cur"))
    return
    ;;
  esac
  case $command in
  test-sink)
    IFS=$'\n'
    COMPREPLY=($(compgen -W "$(_tocsin_names sink)" -- "$cur"))
    ;;
  match | parse | import)
    COMPREPLY=($(compgen -f -- "$cur"))
    ;;
  esac
}
complete -o filenames -F _tocsin tocsin
