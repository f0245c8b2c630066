"""Every sentence that the engine itself says to a trainee, in one place.

Checks phrase their own findings; what stands here is said about any exercise. `{…}` are filled in by the caller.
"""

# Verdicts as a trainee reads them
VERDICTS = {
    "passed": "passed",
    "partial": "partial",
    "not_yet": "not yet",
    "waits_for": "waits for",
    "too_slow": "too slow",
    "could_not_check": "could not check",
    "kept": "kept",
    "broken": "broken",
}
NOT_YOUR_FAULT = "This is not your fault and costs no point. Your work is kept."
INSTRUCTOR_DECIDES = "This is not your fault: an instructor decides about its points. Your work is kept."
HIDDEN = "A check of your instructor's own. What it tries is not shown; ask about it."

# Findings about hand-in files
MISSING_FILE = "there is no {name} in the folder"
MISSING_FILE_EXPECTED = "{name} in it, spelled exactly so"
MISSING_FILE_NEXT = "Did it get another name or another folder?"
LINK = "{name} is a link, not a file"
LINK_EXPECTED = "a file of its own; links are not followed"
LINK_NEXT = "Can you put a copy of the file in place of the link?"
TOO_LARGE = "{name} has {size} bytes"
TOO_LARGE_EXPECTED = "at most {limit} bytes"
TOO_LARGE_NEXT = "What is in it that was not written by hand?"
NOT_UTF8 = "{name} is not UTF-8: byte 0x{byte:02x} on line {line}"
NOT_UTF8_EXPECTED = "a file saved as UTF-8"
NOT_UTF8_NEXT = "Which encoding does your editor show for this file?"
NOT_PARSED = "line {line}: {problem}"
NOT_PARSED_EXPECTED = "a file that a {kind} parser can read"
NOT_PARSED_NEXT = "What stands on this line, and on the one before it?"
TOO_COMPLEX = "{name} {problem}"
TOO_COMPLEX_EXPECTED = "at most {depth} levels and {aliases} aliases"
TOO_COMPLEX_NEXT = "Which part of the file repeats itself?"

# Findings about running code
NO_NAME = "{file} defines no {name}"
NO_NAME_EXPECTED = "the name {name}, spelled as in the starter"
NO_NAME_NEXT = "Was it renamed, or does it stand inside another block?"
RAISED = "{type}: {message}"
RAISED_EXPECTED = "an answer"
RAISED_NEXT = "Which value did this line meet that it did not plan for?"
RAISES_NEXT = "This line raises on purpose. Which condition leads to it, and is that condition true here?"
CALLED_NEXT = "What does this line hand over, and what does the function that it calls take?"
NO_SCHEMA_NEXT = "Which type stands behind a field of this class, and does JSON have such a type?"
SYNTAX_EXPECTED = "a file that Python can read"
SYNTAX_NEXT = "What stands on this line, and what is left open on the one before it?"
IMPORT_EXPECTED = "a file that can be imported"
IMPORT_NEXT = "Is the name spelled as the package or file spells it?"
NO_MODULE_NEXT = "Is the name spelled as the package or file spells it, and is that package in this environment?"
NAME_EXPECTED = "a name that is defined or imported above this line"
NAME_NEXT = "Where does this name come from, and how is it spelled there?"
IMPORTED = "imported {file}"
STARTED = "started the app, before any request"
STARTED_EXPECTED = "an app that starts"
USED = "used {file} in the program's folder"
UNUSABLE = "{file} could not be used: {reason}"
UNUSABLE_EXPECTED = "a folder in which the program changes nothing but its own files"
UNUSABLE_NEXT = "What does the program make, remove or link in its folder?"
NOT_SHUT_OFF = "a worker could not be shut off from this machine, so nothing was run in it: {said}"
ENDED = "the program ended before it answered"
ENDED_EXPECTED = "an answer, and a program that goes on"
ENDED_NEXT = "What ends a program: exit(), a signal, running out of memory?"
SLOW = "no answer within {seconds:g} seconds"
SLOW_EXPECTED = "an answer within {seconds:g} seconds"
SLOW_NEXT = "Is there a loop or a wait that never comes to its end?"
ANSWER_TOO_LONG = "an answer of more than {limit} bytes"
ANSWER_TOO_LONG_EXPECTED = "a shorter answer"
ANSWER_TOO_LONG_NEXT = "How many values were asked for?"
NOT_AN_ANSWER = "an answer that is not JSON ({type})"
NOT_AN_ANSWER_EXPECTED = "numbers, texts, lists or dicts"
NOT_AN_ANSWER_NEXT = "Which type does the last line return?"
NO_RESPONSE = "the app sent no response"
NO_RESPONSE_EXPECTED = "a response with a status"
NO_RESPONSE_NEXT = "Does every path through the function return something?"
NOT_JSON_BODY = "status {status} with a body that is not JSON: {body!r}"
NOT_JSON_BODY_EXPECTED = "a JSON object"
NOT_JSON_BODY_NEXT = "Who turns the answer into JSON, and what did it get?"
NO_FIELD = "status {status}; the answer has no {name!r}"
NO_FIELD_EXPECTED = "an answer with {name!r}"
NO_FIELD_NEXT = "Which fields does the brief name for this answer?"
WRONG_KIND = "{name!r} is {value}"
WRONG_KIND_EXPECTED = "{name!r} as {kind}"
WRONG_KIND_NEXT = "Of which type is the value before it becomes JSON?"
NO_ANSWER = "{key} has no answer yet"
NO_ANSWER_EXPECTED = "a value in place of the question mark"
ANSWER_QUOTED_NEXT = "How is a text written in this file, and how a number?"
ANSWER_FRACTION_NEXT = "The number of what is asked for here, and can there be a part of one?"
ANSWER_KIND_NEXT = "What does the brief ask for here: a name or a number?"
NO_ANSWER_NEXT = "Which command of the brief shows this value?"

# Could not check
NO_RESOURCE = "The folder {path!r} is not there; `make start` makes {name!r}."
ONE_AT_A_TIME = (
    "It asks a running service while that is busy, and here one thing runs at a time: `checker check` on a machine of "
    "your own asks it."
)
CHECK_BROKE = "{type} in the check: {message}"

# Live rows: real engines
NO_ENGINES = "This course says of no command that finds {name!r}: live rows cannot run here."
ENGINE_UNKNOWN = "Whether {name!r} answers could not be learned: `{command}` ended with {type}."
NO_PROGRAM = "{program!r} could not be started, which {name!r} needs: {problem}."
NO_OUTPUT = "no output, exit code {code}"
NOT_LOOPBACK = "A live check may ask this machine only: {url!r} begins neither with http://127.0.0.1: nor localhost."
NOT_LIVE = "The check {id!r} asks for {name!r}; exercise.toml names {known} for it under [live]."
NO_SERVICE = "A check asks for the service {name!r}, which exercise.toml does not name under services."
LOOKED_INTO = "looked into {name} before any engine sees it"
REACHES_EXPECTED = "nothing that reaches for the machine itself: its disk, its network, its devices or its processes"
REACHES_NEXT = "Does the service need this, or does it help only on your own machine?"
LIVE_NEXT = "on a real engine ({engines}): checker check {number} --live"

# Notes below a result
NOTE_SHADOWS = "{name} has the name of a Python module; programs beside it import it by mistake. Give it another name."
NOTE_NOTEBOOK_RENAMED = "{found} is not read: the notebook of this exercise is named {name}."
NOTE_SECOND_NOTEBOOK = "{found} is not read: {name} is the notebook that counts."
NOTE_NOTEBOOK_CORRUPT = "{name} cannot be read as a notebook. The other files were judged all the same."
NOTE_TOO_MANY = (
    "The folder holds {count} files beside those of this exercise; {limit} are read, {first!r} is the first that is "
    "not. Take out what does not belong to the answer."
)
NOTE_STATE_NEW = (
    "{name} was not here and begins anew, with seed 1. What given scripts wrote with another seed no longer fits: run "
    "them again."
)
NOTE_STATE_UNREADABLE = "{name} cannot be read; seed 1 was used and no help is recorded."

# Recorded runs
RECORDED = "Recorded on {date} with {engine}, not your machine: {of}."
NOTHING_RECORDED = "Exercise {number} has no recorded runs."
NO_RECORDING = "Exercise {number} has no recorded run {case!r}. There are: {known}."
NO_RECORDED_RUN = "There is no recorded run of {of!r}. There are: {known}."
STALE_RECORDING = "{slug}: the recorded run {case!r} of {of} was made from other files. Run `{renew}`."
MISSING_RECORDING = "{slug}: {of} has no recorded run {case!r}. Run `{renew}`."
STANDS_IN = "FROM {image} was not pulled: the local image {base} stood in for it."

# Feedback on a graded hand-in
FEEDBACK_FOR = "Feedback for {name}"
FEEDBACK_NEXT = "Next: {title} ({check})."
FEEDBACK_NEXT_ASKS = "Next: {title} ({check}). {question}"
FEEDBACK_WHOLE = "Nothing is missing here."
FEEDBACK_AGAIN = "The same run on your machine: {command}"
FEEDBACK_HIDDEN = "Rows of your instructor's own checks are not in that run."
