"""What the rooms below the window say of pictures and of models that see them (see sentence_list.py)."""

from personal_ai.ui.language import QT_TR_NOOP

SIGHT = (
    # A file that lets a model see is added.
    QT_TR_NOOP("“{name}” lets a model hear, and not see. Only pictures can be looked at."),
    QT_TR_NOOP("“{name}” lets a model see, and is no model itself. Add the model it belongs to first, then this file."),
    QT_TR_NOOP(
        "“{name}” lets a model see, and may belong to {models}. Use the one it was made for, and add the file once "
        "more."
    ),
    QT_TR_NOOP(
        "“{name}” lets a model see, and none that you added is the one it was made for. Add that model first, then "
        "this file once more."
    ),
    QT_TR_NOOP("“{name}” was made for another model than “{model}”."),
    QT_TR_NOOP(
        "“{name}” was made for another model: this one lacks words that it needs. Look for the one that is offered "
        "beside the model."
    ),
    QT_TR_NOOP(
        "“{name}” cannot be loaded with this model: it is damaged, was made for another model, or is of a kind that "
        "this program does not know. Look for the one that is offered beside the model."
    ),
    QT_TR_NOOP(
        "“{name}” is damaged (it does not say which models it is for). Copy or download it again and add it once more."
    ),
    QT_TR_NOOP(
        "This model counts the places of a picture in a way that this program does not know (M-RoPE), so it cannot "
        "look at pictures here. Another model can, such as one of the Gemma 3 family."
    ),
    QT_TR_NOOP(
        "The part of llama.cpp that looks at pictures is missing. Run “python3 packaging/dev.py setup” again, or "
        "install Personal AI again."
    ),
    # A picture is looked at.
    QT_TR_NOOP("This model cannot look at pictures. Choose one that can, or ask without them."),
    QT_TR_NOOP("This model sees more of a picture at once than this program can give it. Choose another."),
    QT_TR_NOOP("A picture of this conversation is damaged, so it cannot be looked at. Attach it again."),
    QT_TR_NOOP("This picture cannot be made ready for the model. Try another size, or another format."),
    QT_TR_NOOP("There is not enough memory to look at this picture. Close other programs and try again."),
    QT_TR_NOOP(
        "The pictures take more than this model can hold in mind at once. Attach fewer or smaller ones, or let it hold "
        "more in mind: on the Models page, under Defaults."
    ),
)
