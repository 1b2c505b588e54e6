"""What requests carry, where no schema of ours says it."""

ANY_FORM = {"$ref": "#/components/schemas/AnyForm"}
"""One of the programme's forms; description.py writes them down."""
TOLD = {"$ref": "#/components/schemas/Told"}
CODE = {"type": "object", "properties": {"code": {"type": "string", "description": "six digits"}}}
ANYTHING = {"description": "as the provider writes it"}
OBJECT = {"type": "object"}
PRESSED = {"type": "object", "properties": {"action": {"enum": ["object", "allow", "erase"]}}}
PRESSED_UNSUBSCRIBE = {
    "type": "object",
    "properties": {
        "List-Unsubscribe": {
            "type": "string",
            "description": "One-Click, when a mail program posts (RFC 8058)",
        }
    },
}
ANSWERED = {"$ref": "#/components/schemas/Answers"}
TAKEN = {"type": "object", "properties": {"field": {"type": "array", "items": {"type": "string"}}}}
CHOSEN = {"$ref": "#/components/schemas/Wishes"}
