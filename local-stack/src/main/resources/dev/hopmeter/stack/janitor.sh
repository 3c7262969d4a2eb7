# Ends what a stack has started and removes its folder, as soon as the JVM that holds the other end of standard input
# is gone. $1: the folder. The file "processes" in it names what was started, one a line:
#   pid SIGNAL PID ...         a process
#   pidfile SIGNAL PATH        a process that writes its id into that file
# A process is ended only if its command line names the folder, so a number that was given again is never hit.
trap '' HUP INT QUIT TERM
folder=$1

orderly=
while read -r word; do orderly=$word; done

pause() { sleep 0.1 || sleep 1; }

command_line() {
  if [ -r "/proc/$1/cmdline" ]; then tr '\0' ' ' <"/proc/$1/cmdline"; else ps -ww -o args= -p "$1"; fi
}

living() {
  [ -r "$folder/processes" ] || return 0
  while read -r kind signal what; do
    case $kind in
      pid) pid=${what%% *} ;;
      pidfile) pid=; [ -r "$what" ] && read -r pid <"$what" ;;
      *) continue ;;
    esac
    case $pid in '' | *[!0-9]*) continue ;; esac
    case $(command_line "$pid") in *"$folder"*) echo "$signal $pid" ;; esac
  done <"$folder/processes"
}

end_all() {
  living | while read -r signal pid; do kill -s "$signal" "$pid"; done
  tries=0
  while [ -n "$(living)" ] && [ $tries -lt 50 ]; do
    pause
    tries=$((tries + 1))
  done
  living | while read -r signal pid; do kill -s KILL "$pid"; done
}

# Not closed in an orderly way: a server may just be starting, and write its id a moment from now.
if [ "$orderly" != closed ]; then
  end_all
  sleep 1
fi
tries=0
while [ $tries -lt 20 ]; do
  end_all
  rm -rf "$folder"
  [ -e "$folder" ] || exit 0
  pause
  tries=$((tries + 1))
done
exit 1
