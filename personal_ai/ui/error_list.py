"""Errors of the rooms below the window, by room; `sentences` recognises them. A place in {} stands for anything."""

from personal_ai.ui.language import QT_TR_NOOP

ERRORS = (
    # Said in personal_ai/adapters.
    QT_TR_NOOP("A strength is a number from 0 (off) to {strongest}; 1 is as trained."),
    QT_TR_NOOP("There is no adapter in “{folder}”. Learn again to make one."),
    QT_TR_NOOP(
        "The note is gone and what was learned from it is no longer used, but its file could not be deleted "
        "({failed}). It is deleted when the program starts again."
    ),
    QT_TR_NOOP(
        "A note was deleted while it was being learned, so what was learned with it is thrown away. Learn again; the "
        "note takes no part in it."
    ),
    QT_TR_NOOP("There is nothing to go back to: no adapter is in use, and none was before."),
    QT_TR_NOOP("There is no adapter {number}. “personal-ai adapters” lists the ones there are."),
    QT_TR_NOOP("There is no adapter in “{name}”: neither adapter.gguf nor adapter_model.safetensors."),
    QT_TR_NOOP("“{name}” is of a kind that can run programs, so it is never opened. Save the adapter as safetensors."),
    QT_TR_NOOP("“{name}” is an adapter that wakes on a word (aLoRA); only plain LoRA can be imported."),
    QT_TR_NOOP("“{name}” is damaged: its strength (alpha) is no sensible number."),
    QT_TR_NOOP("“{name}” changes experts ({matrix}), and only dense models can be changed."),
    QT_TR_NOOP("PEFT adapters cannot be taken for models of the kind “{architecture}”. Convert it to GGUF."),
    QT_TR_NOOP("“{name}” is not a plain LoRA adapter for this model: it holds “{matrix}”."),
    QT_TR_NOOP("“{name}” is incomplete: matrices are missing. Copy it again."),
    QT_TR_NOOP("“{name}” holds no adapter_config.json. Copy the whole folder again."),
    QT_TR_NOOP("The adapter_config.json in “{name}” is damaged or not PEFT's."),
    QT_TR_NOOP("“{name}” asks to run a program or to open an address, so it was not imported."),
    QT_TR_NOOP("“{name}” is not a plain LoRA adapter (DoRA, biases and whole layers are not taken)."),
    QT_TR_NOOP("“{name}” is too large for an adapter."),
    QT_TR_NOOP("“{name}” is damaged or not a safetensors file. Copy it again."),
    QT_TR_NOOP("“{name}” is damaged: it holds numbers that are not finite ({matrix})."),
    QT_TR_NOOP("“{name}” is larger than an adapter may be (rank {rank}, at most {most})."),
    QT_TR_NOOP("“{name}” would drown the model: its numbers are absurdly large ({matrix})."),
    QT_TR_NOOP("This model's attention heads differ from layer to layer, so only GGUF adapters can be exchanged."),
    QT_TR_NOOP("The adapter changes “{name}”, which has no name in PEFT. Use its GGUF file."),
    QT_TR_NOOP("“{name}” was made for another model than “{model}”. Choose the model it was made for first."),
    QT_TR_NOOP("is no longer there"),
    QT_TR_NOOP("has changed on disk since it was made"),
    QT_TR_NOOP("is incomplete"),
    QT_TR_NOOP("cannot be read"),
    QT_TR_NOOP("learned a note that you deleted"),
    QT_TR_NOOP("Adapter {number} {fault}"),
    QT_TR_NOOP("The note of which adapter is in use was damaged"),
    QT_TR_NOOP("Adapter {number} {fault}. Choose another one; “personal-ai adapters” lists them."),
    QT_TR_NOOP("{why}, so none is used. Learn again, or choose one under Learning."),
    QT_TR_NOOP("{why}, so adapter {number} is used instead. Remove it, or choose another under Learning."),
    QT_TR_NOOP("{why}, so the newest one, adapter {number}, is used. Choose another under Learning."),
    # Said in personal_ai/addon.
    QT_TR_NOOP(
        "The learning add-on here is version {version}, and this Personal AI needs version {version2}. Install that "
        "one; what was learned stays."
    ),
    QT_TR_NOOP("The learning add-on is only half there. Install it again."),
    QT_TR_NOOP("Learning is an add-on that is not installed yet. The Learning page installs it from a file."),
    QT_TR_NOOP("The learning add-on is damaged. Install it again."),
    QT_TR_NOOP(
        "“{name}” is the add-on of version {version}, and this Personal AI needs the one of version {version2}."
    ),
    QT_TR_NOOP("This Personal AI is only half installed. Install it again; your data stays."),
    QT_TR_NOOP(
        "Nothing may be written beside the program, so “{name}” cannot be installed there. This Personal AI was "
        "installed for everybody on this computer: its add-on is a package too, personal-ai-learning."
    ),
    # Said in personal_ai/bundle.
    QT_TR_NOOP(
        "“{name}” does not come from the makers of Personal AI, or was changed since: it is not opened. Take one "
        "from where you have the program."
    ),
    QT_TR_NOOP("“{name}” is for {system}, and this computer is {this_system}."),
    QT_TR_NOOP(
        "There is not enough room: {spare} are needed in “{folder}” and {free} are free. Free some space and try "
        "again; nothing was changed."
    ),
    QT_TR_NOOP("“{name}” is not complete: part of it is missing. Copy or download it again."),
    QT_TR_NOOP("“{name}” was damaged on its way. Copy or download it again."),
    QT_TR_NOOP("“{name}” was changed while it was unpacked. Copy or download it again."),
    QT_TR_NOOP("“{name}” cannot be unpacked. Copy or download it again."),
    QT_TR_NOOP("“{name}” holds {part}, and this is the place for {wanted}."),
    QT_TR_NOOP("Personal AI itself"),
    QT_TR_NOOP("the learning add-on"),
    QT_TR_NOOP("something else"),
    # Said in personal_ai/chat.
    QT_TR_NOOP("No model is loaded yet. Choose a model in the settings."),
    QT_TR_NOOP("“{name}” made its reader fail, so nothing was taken from it."),
    QT_TR_NOOP(
        "There is no chat history in this folder. Choose conversations.json, the archive it came in, or GPT4All's "
        "folder of chats."
    ),
    QT_TR_NOOP("“{name}” is not there any more. Choose it again."),
    QT_TR_NOOP("The model stopped unexpectedly and was started again; the answer begins anew."),
    QT_TR_NOOP(
        "The model stopped twice in a row, so this question was given up. Ask again, or choose another model; if it "
        "happens again, close other programs to free memory."
    ),
    QT_TR_NOOP("There is no question yet. Type one and ask again."),
    QT_TR_NOOP("An answer is still being written. Stop it, or wait for its end, and ask again."),
    QT_TR_NOOP("Only a question can be asked in other words. Choose one."),
    QT_TR_NOOP("Only an answer can be written again. Choose one, or ask the question anew."),
    QT_TR_NOOP("Only an answer that was cut off can be continued. Ask for more in words."),
    QT_TR_NOOP("Only an answer with words in it can be taught about. Choose one."),
    QT_TR_NOOP("There is no better answer yet. Write one, or give this one a thumb down."),
    QT_TR_NOOP("This is what it said already. Change the answer, or give it a thumb up."),
    QT_TR_NOOP("These two answer different questions. Compare two answers to the same one."),
    QT_TR_NOOP("Both say the same, so there is nothing to prefer. Compare again for other words."),
    QT_TR_NOOP("There is nothing to remember yet. Write it down and try again."),
    QT_TR_NOOP("This answer is still being written. Wait for its end, or stop it."),
    QT_TR_NOOP(
        "“{name}” has {size} GB, and this computer {there} GB of memory. Choose a smaller model, or a smaller "
        "quantisation of this one."
    ),
    QT_TR_NOOP("There is no file “{name}” any more. Look where it is now."),
    QT_TR_NOOP(
        "“{name}” brought llama.cpp down when it was tried, so it was not taken. Close other programs and try again, "
        "or download it again."
    ),
    QT_TR_NOOP("“{name}” {fault}, so nothing was taken from it."),
    QT_TR_NOOP("is damaged"),
    QT_TR_NOOP("holds no conversation"),
    # Said in personal_ai/documents.
    QT_TR_NOOP("“{name}” is no file. Give a file, or add a folder to your library."),
    QT_TR_NOOP("“{name}” is of a kind that Personal AI cannot read. Save it as text or PDF and try again."),
    QT_TR_NOOP("“{name}” is too large to ask about by itself. Add it to your library instead."),
    QT_TR_NOOP("“{name}” holds no text to read."),
    QT_TR_NOOP("There is nothing to read in “{folder}”. Personal AI reads {kinds}."),
    QT_TR_NOOP("The name “{name}” is written in no known way. Give the file another name."),
    QT_TR_NOOP("Personal AI cannot read “{name}”. It reads {suffixes}."),
    QT_TR_NOOP("“{name}” is empty, so there is nothing to read in it."),
    QT_TR_NOOP("“{name}” is too large ({size} MB; {most} MB is the most). Split it and add the parts."),
    QT_TR_NOOP("“{name}” is another disk in this folder. Add it by itself."),
    QT_TR_NOOP("“{name}” is not a file with text in it, so it was left out."),
    QT_TR_NOOP("There is no file or folder “{path}”. Check the name; nothing was added."),
    QT_TR_NOOP("{left_out} of {total} entries in “{name}” are damaged or too long, so they were left out."),
    QT_TR_NOOP("“{name}” changed while it was being read. Add it again when nothing writes to it."),
    QT_TR_NOOP("“{name}” went away before it was read, so it was left out."),
    QT_TR_NOOP("“{name}” needs too much memory to read. Split it and add the parts."),
    QT_TR_NOOP("“{name}” is damaged or not what its name says, so it was left out."),
    QT_TR_NOOP("“{name}” needs too much memory to read."),
    QT_TR_NOOP(
        "“{name}” unpacks to more than any document should, as files do that harm computers, so it was left out."
    ),
    QT_TR_NOOP("“{name}” is locked with a password. Unpack it, and add what was in it."),
    QT_TR_NOOP("“{name}” holds no dates that can be read, so it was left out."),
    QT_TR_NOOP("“{name}” is not a text file ({looks}), so it was left out."),
    QT_TR_NOOP("“{name}” is not a text file that Personal AI can make out, so it was left out."),
    QT_TR_NOOP("“{name}” is built like a file that harms computers when it is opened, so it was left out."),
    QT_TR_NOOP("A note in “{name}” is longer than any document may be, so it was left out."),
    QT_TR_NOOP("“{name}” is a damaged Evernote export. Export the notes again and add that."),
    QT_TR_NOOP("“{name}” is no export of {known}, so it was left out. Unpack it to add what is in it."),
    QT_TR_NOOP("“{name}” in “{name2}” is too large to read ({name3} MB; {max_file} MB is the most)."),
    QT_TR_NOOP("“{name}” is no export of {known}, so it was left out."),
    QT_TR_NOOP("“{name}” is no chat of GPT4All, so it was left out."),
    QT_TR_NOOP("“{name}” is damaged: it ends in the middle of a message, so it was left out."),
    QT_TR_NOOP(
        "“{name}” is no history of ChatGPT, Claude, Open WebUI, GPT4All or Personal AI, so nothing was taken from it."
    ),
    QT_TR_NOOP("“{name}” is too large to read ({size} MB; {max_file} MB is the most)."),
    QT_TR_NOOP("“{name}” is damaged or not whole, so nothing was taken from it. Export it or copy it here again."),
    QT_TR_NOOP("“{name}” is not a mailbox in the mbox form, so it was left out."),
    QT_TR_NOOP("“{name}” is locked with a password. Save a copy without one and add the copy."),
    QT_TR_NOOP(
        "“{name}” is built like a file that harms computers when it is opened, so it was left out. If you trust it, "
        "save it again from the program that made it and add that."
    ),
    QT_TR_NOOP(
        "“{name}” holds more than {max_characters} million characters. Split it into smaller files and add those."
    ),
    QT_TR_NOOP("“{name}” holds no text to read, so it was left out."),
    QT_TR_NOOP("“{name}” has {pages} pages; {max_pages} is the most. Split it and add the parts."),
    QT_TR_NOOP(
        "“{name}” holds pictures of pages and no text. Run it through text recognition (OCR) and add the result."
    ),
    QT_TR_NOOP("“{name}” holds pictures and no text that could be read in them, so it was left out."),
    QT_TR_NOOP(
        "“{name}” was read but for {n} of its pages, on which are pictures and no text. "
        "Run it through text recognition (OCR) and add the result."
    ),
    QT_TR_NOOP(
        "“{name}” was read but for {n} of its pages, on which are pictures and no text. "
        'To have them read, run: pip install "personal-ai[ocr]", and add the file again.'
    ),
    QT_TR_NOOP(
        "“{name}” holds pictures of pages, and text recognition is not installed. "
        'Run: pip install "personal-ai[ocr]", and add the file again.'
    ),
    QT_TR_NOOP(
        "“{name}” is a picture, and text recognition is not installed. "
        'Run: pip install "personal-ai[ocr]", and add the file again.'
    ),
    QT_TR_NOOP("“{name}” is a picture. Run it through text recognition (OCR) and add the result."),
    QT_TR_NOOP("“{name}” is a picture without text, so it was left out."),
    QT_TR_NOOP("The disk or network folder with “{name}” does not answer, so nothing was read. Try again later."),
    QT_TR_NOOP("“{name}” does not answer now. Its notes stay as they are, and it goes on when the folder does."),
    QT_TR_NOOP("“{name}” is damaged, or no picture that can be read, so it was left out."),
    QT_TR_NOOP("“{name}” is not really a picture (it looks like {looks}), so it was left out."),
    QT_TR_NOOP(
        "“{name}” is a picture of {n} million points; {most} million is the most. Make it smaller and add that."
    ),
    QT_TR_NOOP("“{name}” is a damaged PDF. Open it in another program, save it again and add that."),
    QT_TR_NOOP("“{name}” is nested deeper than any document should be, so it was left out."),
    QT_TR_NOOP("“{name}” holds no contacts that can be read, so it was left out."),
    QT_TR_NOOP("“{name}” holds no messages that can be read, so it was left out."),
    QT_TR_NOOP("The part of Personal AI that reads files does not start. Start the program again."),
    QT_TR_NOOP("“{name}” made its reader fail, so it was left out."),
    QT_TR_NOOP("The system does not tell what changes here, so it is looked through every five minutes."),
    QT_TR_NOOP("“{name}” is not there now. Its notes stay as they are, and it goes on when the folder is back."),
    QT_TR_NOOP(
        "“{name}” is empty now and held {count} files. Its notes stay as they are until you say that the files are "
        "meant to be gone."
    ),
    QT_TR_NOOP("There is no folder “{folder}”. Choose one that is there."),
    QT_TR_NOOP("That is a whole disk, most of it none of your notes. Choose a folder in it."),
    QT_TR_NOOP("“{name}” lies in “{path}”, which stays current already."),
    QT_TR_NOOP(
        "“{name}” went away while it was being read. What was read is kept; add it again when it is back, and it goes "
        "on from there."
    ),
    QT_TR_NOOP("There is no note “{name}” in your library. Give its whole title, or the path of its file."),
    QT_TR_NOOP("{n} notes are called “{name}”. Give the path of the one you mean: {paths}."),
    QT_TR_NOOP("“{name}” {fault}, so it was left out."),
    QT_TR_NOOP("is damaged or not what its name says"),
    QT_TR_NOOP("holds no text to read"),
    QT_TR_NOOP("“{name}” is not really {what}, so it was left out."),
    QT_TR_NOOP("“{name}” is not really {what} (it looks like {looks}), so it was left out."),
    QT_TR_NOOP("“{name}” is damaged, or not {what}."),
    QT_TR_NOOP("{broken} Open it in the program that made it, save it again and add that."),
    QT_TR_NOOP("{broken} Make it again, or unpack it and add what is in it."),
    QT_TR_NOOP("“{name}” is locked with a password or {old}. Save it as an open {suffix} and add that."),
    QT_TR_NOOP("it looks like {looks}"),
    QT_TR_NOOP("it holds data"),
    QT_TR_NOOP("a JPEG picture"),
    QT_TR_NOOP("a PNG picture"),
    QT_TR_NOOP("a GIF picture"),
    QT_TR_NOOP("a bitmap picture"),
    QT_TR_NOOP("a TIFF picture"),
    QT_TR_NOOP("a WebP picture"),
    QT_TR_NOOP("a video or photo"),
    QT_TR_NOOP("a sound recording"),
    QT_TR_NOOP("a PDF"),
    QT_TR_NOOP("rich text"),
    QT_TR_NOOP("a book"),
    QT_TR_NOOP("a Word file"),
    QT_TR_NOOP("an Excel file"),
    QT_TR_NOOP("a PowerPoint file"),
    QT_TR_NOOP("an OpenDocument text"),
    QT_TR_NOOP("an OpenDocument sheet"),
    QT_TR_NOOP("an OpenDocument presentation"),
    QT_TR_NOOP("an old Word file"),
    QT_TR_NOOP("an old Excel file"),
    QT_TR_NOOP("an old PowerPoint file"),
    QT_TR_NOOP("an old Office file"),
    QT_TR_NOOP("an old or locked Office file"),
    QT_TR_NOOP("a zip archive or Office file"),
    QT_TR_NOOP("a zip archive"),
    QT_TR_NOOP("a gzip archive"),
    QT_TR_NOOP("a 7-Zip archive"),
    QT_TR_NOOP("a RAR archive"),
    QT_TR_NOOP("a model file"),
    QT_TR_NOOP("a database"),
    QT_TR_NOOP("a program"),
    QT_TR_NOOP("a Windows program"),
    QT_TR_NOOP("ChatGPT, Claude, Google Keep, Notion, Telegram or WhatsApp"),
    QT_TR_NOOP(
        "The disk or network folder with “{folder}” does not answer, so reading stopped. What was read is kept; add it "
        "again later, and it goes on from there."
    ),
    QT_TR_NOOP("The disk gave no answer when “{name}” was read, so it was left out. Add it again later."),
    QT_TR_NOOP("“{folder}” is not among the folders that stay current. See them: personal-ai watch."),
    # Said in personal_ai/engine.
    QT_TR_NOOP("This conversation is longer than the model can read. Ask a shorter question, or begin a new one."),
    QT_TR_NOOP("The model “{name}” cannot be loaded. Download it again, or choose another one."),
    QT_TR_NOOP("There is not enough memory for “{name}”. Close other programs or take a smaller model."),
    QT_TR_NOOP("The adapter “{name}” cannot be loaded. Choose another one, or learn again."),
    QT_TR_NOOP("The adapter file “{path}” is missing. Choose another adapter, or learn again."),
    QT_TR_NOOP("A text is longer than the model can read at once. Shorten it, or take a model that reads more."),
    QT_TR_NOOP("The tokenizer of “{name}” cannot be read. Download the model again."),
    # Said in personal_ai/errors.
    QT_TR_NOOP("The system refused while {doing}{where}: {reason}. Nothing was changed."),
    QT_TR_NOOP("The disk is full, so {doing} stopped{where}. Free some space and try again; nothing was changed."),
    QT_TR_NOOP("Personal AI may not write here, so {doing} stopped{where}. Choose a folder you can write to."),
    # Said in personal_ai/exporting.
    QT_TR_NOOP("Choose a place outside of Personal AI's own folder: what lies in there goes when you delete."),
    QT_TR_NOOP("“{target}” is there already, and nothing is overwritten. Choose another name."),
    QT_TR_NOOP("Adapter {number} went out for llama.cpp only: its model is no longer here."),
    # Said in personal_ai/keys.
    QT_TR_NOOP("Your notes are locked with a password."),
    QT_TR_NOOP("This is not the password. Nothing was changed; the recovery code opens your notes, too."),
    QT_TR_NOOP("Take a password of at least {shortest_password} letters; a few words are easy to remember."),
    QT_TR_NOOP("Your notes were locked by a newer Personal AI. Update this one to open them."),
    QT_TR_NOOP(
        "That was the wrong password {count} times. Wait {wait} s, then try again; your notes are as they were."
    ),
    QT_TR_NOOP("“{key_file}” is damaged, and without it nothing opens your notes. Put a copy of it back there."),
    # Said in personal_ai/locking.
    QT_TR_NOOP(
        "This needs {spare} MB of free disk for a moment, and there is less. Free some space, then try again; "
        "nothing was changed."
    ),
    QT_TR_NOOP("Your notes are locked with a password already."),
    # Said in personal_ai/models.
    QT_TR_NOOP("There is no file “{path}”."),
    QT_TR_NOOP("“{name}” is not an adapter. Choose an adapter file that was made for this model."),
    QT_TR_NOOP(
        "“{name}” was made for another model than “{model}”. Switch to the model it was made for, or learn again "
        "with this one."
    ),
    QT_TR_NOOP("There is no model “{name}” here. Choose another one, or add its file again."),
    QT_TR_NOOP("The built-in model belongs to the program and stays. Switch to another model instead."),
    QT_TR_NOOP("There is no model “{name}” here."),
    QT_TR_NOOP("The file of the model “{name}” has changed since it was added. Remove it and add it again."),
    QT_TR_NOOP("Models of the kind “{architecture}” are not supported yet. Choose one of these families: {known}."),
    QT_TR_NOOP(
        "The model “{name}” talks in a chat format that this program does not know. Choose its “Instruct” version, "
        "or another model."
    ),
    QT_TR_NOOP("“{name}” is not a GGUF file. Choose the .gguf file of a model; other formats cannot be used."),
    QT_TR_NOOP(
        "“{name}” is a GGUF file of version {version}, which this program does not know. Download the model again as "
        "a newer GGUF file."
    ),
    QT_TR_NOOP(
        "“{name}” is quantised in a way (type {kind}) that this program does not know. Download another quantisation "
        "of the model, such as Q4_K_M or Q8_0."
    ),
    QT_TR_NOOP("“{name}” is incomplete: its end is missing. Copy or download it again and add it once more."),
    QT_TR_NOOP("“{name}” is damaged ({what}). Copy or download it again and add it once more."),
    QT_TR_NOOP("“{name}” is a folder. Choose the .gguf file inside it."),
    QT_TR_NOOP("“{name}” is an adapter, not a model. Add the model it was made for, then import it."),
    QT_TR_NOOP("“{name}” is a part of a model ({kind}), not a model. Choose the model’s main file."),
    QT_TR_NOOP("“{name}” is one piece of a split model. Choose a download that is a single file."),
    QT_TR_NOOP("“{name}” is not a LoRA adapter, and no other kind can be used."),
    QT_TR_NOOP("“{name}” holds no tokenizer, so it cannot read or write text. Choose a complete model file."),
    QT_TR_NOOP("Personal AI can chat with this model but cannot teach it yet: {lacking}."),
    QT_TR_NOOP("This model cannot be taught: its file does not say “{key}”."),
    QT_TR_NOOP("“{name}” is an adapter that changes nothing. Choose another file."),
    QT_TR_NOOP("“{name}” changes a part of the model ({part}) that cannot be changed safely."),
    QT_TR_NOOP("“{name}” is not a plain LoRA adapter: it holds “{matrix}”."),
    QT_TR_NOOP("“{name}” is incomplete: half of its matrices are missing. Copy it again."),
    QT_TR_NOOP("The built-in model is missing. Run “python3 packaging/dev.py setup” to fetch it again."),
    QT_TR_NOOP("it names “{name}” twice"),
    QT_TR_NOOP("it holds “{name}” twice"),
    QT_TR_NOOP("its alignment is no power of two"),
    QT_TR_NOOP("“{name}” has {n} dimensions"),
    QT_TR_NOOP("“{name}” is impossibly large"),
    QT_TR_NOOP("“{name}” does not fit its own layout"),
    QT_TR_NOOP("it claims {count} entries where {most} are the most"),
    QT_TR_NOOP("a name in it is no text"),
    QT_TR_NOOP("it holds a value of type {type}"),
    QT_TR_NOOP("it holds a list of type {type}"),
    QT_TR_NOOP("a token in it is impossibly long"),
    QT_TR_NOOP("it claims {blocks} layers"),
    QT_TR_NOOP("it claims a context of {context} tokens"),
    QT_TR_NOOP("its embedding table is missing or of another size"),
    QT_TR_NOOP("its embedding table and its tokenizer disagree"),
    QT_TR_NOOP("it claims {blocks} layers and holds {held}"),
    QT_TR_NOOP("its numbers of attention heads disagree"),
    QT_TR_NOOP("it does not say its “{key}”"),
    QT_TR_NOOP("its kind, “{architecture}”, is not known"),
    QT_TR_NOOP("it stretches its context in an unknown way (“{scaling}”)"),
    QT_TR_NOOP("its file does not say how many attention heads it has"),
    QT_TR_NOOP("its attention keeps keys and values of different widths"),
    # Said in personal_ai/presence.
    QT_TR_NOOP("Personal AI is open with this data folder, in a window or a command. Close it there, then try again."),
    QT_TR_NOOP("Personal AI is being locked, unlocked or emptied just now. Try again in a moment."),
    # Said in personal_ai/privacy.
    QT_TR_NOOP("Your notes are locked. From now on the window asks for your password."),
    QT_TR_NOOP("Your notes are plain again, and open without a password."),
    QT_TR_NOOP("The system's keyring did not give the key, so the password is asked for."),
    QT_TR_NOOP("This system does not tell which connections a program holds."),
    QT_TR_NOOP(
        "This system's keyring did not let go of the key, so your notes are still opened by it. Unlock the keyring, "
        "then try again."
    ),
    QT_TR_NOOP("This system's keyring did not take the key, so the password is asked for as before."),
    # Said in personal_ai/room.
    QT_TR_NOOP(
        "This system has no folder that is only in memory, and without one your notes would have to be written to "
        "the disk in plain while you use them. So locking with a password is not possible here."
    ),
    QT_TR_NOOP("“{folder}” is not Personal AI's own. Take it away, then open your notes again."),
    # Said in personal_ai/sealing.
    QT_TR_NOOP("{begun} This system does not refuse to what reads files: {let}."),
    QT_TR_NOOP(
        "This system cannot keep a program off the network at its own wish. Personal AI opens no connection, but "
        "that is its promise and not the system's."
    ),
    QT_TR_NOOP("{begun} What reads files can open those alone, write nothing and start nothing."),
    QT_TR_NOOP("The {worker} does not start. Start Personal AI again."),
    QT_TR_NOOP("read worker"),
    QT_TR_NOOP("chat worker"),
    # Said in personal_ai/services.
    QT_TR_NOOP("{locked} Open them in the window, or add --password-file FILE to a command."),
    # Said in personal_ai/settings.
    QT_TR_NOOP("Your settings were saved by a newer Personal AI. Update this one, or move “{path}” away."),
    QT_TR_NOOP("The settings file “{path}” is damaged. Move it away to start with the defaults."),
    # Said in personal_ai/store.
    QT_TR_NOOP("This picture was deleted with its conversation."),
    QT_TR_NOOP("This message was deleted with its conversation."),
    QT_TR_NOOP("This conversation was deleted. Begin a new one."),
    QT_TR_NOOP("This chat was deleted for good already."),
    QT_TR_NOOP("Another Personal AI is still writing, so {doing} had to wait too long. Try again in a moment."),
    QT_TR_NOOP(
        "“{path}” is not a Personal AI data file, or it is damaged. Move it away to start empty, or put a copy from "
        "“{backups}” in its place."
    ),
    QT_TR_NOOP(
        "Your notes file “{path}” is damaged. Keep a copy of it, then put the newest one from “{backups}” in its "
        "place, or move it away and add your files again."
    ),
    QT_TR_NOOP("The disk did not answer while {doing} ({path}). Check the disk, then try again."),
    QT_TR_NOOP(
        "Your notes cannot be kept safely in “{parent}” (a network or read-only folder?). Choose a data folder on "
        "this computer's own disk."
    ),
    QT_TR_NOOP("“{path}” belongs to another program. Move it away, or choose another data folder for Personal AI."),
    QT_TR_NOOP(
        "Your notes were saved by a newer Personal AI (data version {version}; this one knows {steps}). Update this "
        "program to open them; nothing was changed."
    ),
    QT_TR_NOOP("This note is no longer in your library. Add its file again to bring it back."),
    QT_TR_NOOP("A persona needs a name. Type one and save again."),
    QT_TR_NOOP(
        "A persona’s name has at most {longest_name} characters, its instructions {longest_instructions}. Shorten "
        "them and save again."
    ),
    QT_TR_NOOP("This persona was deleted. Choose another one."),
    QT_TR_NOOP("This persona was deleted. Make a new one."),
    QT_TR_NOOP(
        "“{path}” cannot be read to its end, so {doing} stopped; nothing was changed. Run “personal-ai doctor”."
    ),
    QT_TR_NOOP("This was taken back already."),
    QT_TR_NOOP("There is no record of night {number}."),
    # Said in personal_ai/updating.
    QT_TR_NOOP("“{name}” is version {version}, and this is {version2} already. Nothing was changed."),
    QT_TR_NOOP("There is no earlier version here to go back to."),
    QT_TR_NOOP(
        "This Personal AI was not installed by its own installer, so it is updated the way it came: as a package of "
        "your system, or from its source."
    ),
    # Said in personal_ai/worker.
    QT_TR_NOOP("Something went wrong inside Personal AI ({kind})."),
)
