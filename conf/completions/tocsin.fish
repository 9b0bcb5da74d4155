# SPDX-License-Identifier: MIT
# Completion of tocsin(1) for fish.

function __tocsin_names --argument-names kind
    tocsin check --print 2>/dev/null | string replace -rf "^\[$kind (.*)\]\$" '$1'
end

function __tocsin_no_command
    not __fish_seen_subcommand_from once daemon check add feeds alerts match why parse test-sink import export
end

complete -c tocsin -f
complete -c tocsin -s c -l config -r -F -d 'The configuration'
complete -c tocsin -s s -l state -x -a '(__fish_complete_directories)' -d 'The state directory'
complete -c tocsin -s v -l verbose -d 'Say more'
complete -c tocsin -s q -l quiet -d 'Say only what makes the exit status non-zero'
complete -c tocsin -s h -l help -d 'Show help'
complete -c tocsin -n __tocsin_no_command -l version -d 'Show the version'

complete -c tocsin -n __tocsin_no_command -a once -d 'Poll the feeds that are due, send what is pending, exit'
complete -c tocsin -n __tocsin_no_command -a daemon -d 'Keep doing so on schedule'
complete -c tocsin -n __tocsin_no_command -a check -d 'Read the configuration and report every error'
complete -c tocsin -n __tocsin_no_command -a add -d 'Find the feed behind a URL and append it'
complete -c tocsin -n __tocsin_no_command -a feeds -d 'List the feeds and their health'
complete -c tocsin -n __tocsin_no_command -a alerts -d 'List past alerts'
complete -c tocsin -n __tocsin_no_command -a match -d 'Try a query on files, standard input or the archive'
complete -c tocsin -n __tocsin_no_command -a why -d 'Tell why each rule matched an item or did not'
complete -c tocsin -n __tocsin_no_command -a parse -d 'Show what is seen in a feed'
complete -c tocsin -n __tocsin_no_command -a test-sink -d 'Send a sample alert'
complete -c tocsin -n __tocsin_no_command -a import -d 'Append the feeds of an OPML file'
complete -c tocsin -n __tocsin_no_command -a export -d 'Write the configured feeds as OPML'

complete -c tocsin -n '__fish_seen_subcommand_from once' -l all -d 'Every feed, due or not'
complete -c tocsin -n '__fish_seen_subcommand_from once' -l strict -d 'Status 3 if a feed failed'
complete -c tocsin -n '__fish_seen_subcommand_from once feeds alerts match why' -l format -x -a 'text json tsv' -d 'The form of the output'
complete -c tocsin -n '__fish_seen_subcommand_from check' -l print -d 'Show the configuration in effect'
complete -c tocsin -n '__fish_seen_subcommand_from add' -l guess -d 'Try usual addresses'
complete -c tocsin -n '__fish_seen_subcommand_from alerts match' -l since -x -a '12h 1d 7d 30d' -d 'Only items first seen within'
complete -c tocsin -n '__fish_seen_subcommand_from alerts match' -l rule -x -a '(__tocsin_names rule)' -d 'That rule'
complete -c tocsin -n '__fish_seen_subcommand_from alerts' -l feed -x -a '(__tocsin_names feed)' -d 'That feed'
complete -c tocsin -n '__fish_seen_subcommand_from alerts' -l pending -d 'Not arrived yet'
complete -c tocsin -n '__fish_seen_subcommand_from alerts' -l failed -d 'Refused for good'
complete -c tocsin -n '__fish_seen_subcommand_from alerts' -l retry -d 'Try these deliveries again'
complete -c tocsin -n '__fish_seen_subcommand_from match' -l rules -d 'All configured rules'
complete -c tocsin -n '__fish_seen_subcommand_from match' -l archive -d 'Search the stored items'
complete -c tocsin -n '__fish_seen_subcommand_from match' -l limit -x -d 'Show at most so many'
complete -c tocsin -n '__fish_seen_subcommand_from match' -l language -x -d 'The language of the items'
complete -c tocsin -n '__fish_seen_subcommand_from parse' -l text -d 'For people'
complete -c tocsin -n '__fish_seen_subcommand_from parse' -l base -x -d 'Where the document came from'
complete -c tocsin -n '__fish_seen_subcommand_from parse' -l content-type -x -d 'What HTTP would have said'
complete -c tocsin -n '__fish_seen_subcommand_from match parse import' -F
complete -c tocsin -n '__fish_seen_subcommand_from test-sink' -x -a '(__tocsin_names sink)'
