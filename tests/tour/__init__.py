"""A guided tour of the bot: every command, control and modal once, as its users see them."""
