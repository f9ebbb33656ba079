"""Routes of interactions: the first answer, and the messages that follow it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from . import messages, payloads
from .call import (
    ACKNOWLEDGED,
    INVALID_WEBHOOK_TOKEN,
    TOO_MANY_FOLLOW_UPS,
    UNKNOWN_INTERACTION,
    UNKNOWN_MESSAGE,
    UNKNOWN_WEBHOOK,
    Call,
    DiscordError,
    Routes,
)
from .callback_limits import choice_violations, modal_violations
from .interactions import (
    AUTOCOMPLETE,
    CHOICES,
    COMMAND,
    COMPONENT,
    DEFERRED_REPLY,
    DEFERRED_UPDATE,
    MAX_USER_INSTALL_FOLLOW_UPS,
    MODAL,
    MODAL_SUBMIT,
    REPLY,
    UPDATE,
    InteractionRecord,
    loading_body,
)
from .message_limits import message_violations
from .state import Message
from .violations import Json, Kind, Violation

routes = Routes()

_ALLOWED = {
    COMMAND: {REPLY, DEFERRED_REPLY, MODAL},
    COMPONENT: {REPLY, DEFERRED_REPLY, DEFERRED_UPDATE, UPDATE, MODAL},
    AUTOCOMPLETE: {CHOICES},
    MODAL_SUBMIT: {REPLY, DEFERRED_REPLY, DEFERRED_UPDATE, UPDATE},
}
_MESSAGES = "/webhooks/{application_id}/{token}/messages"


@routes.on("POST", "/interactions/{interaction_id}/{token}/callback")
def answer(call: Call) -> Json | None:
    """Take the first answer to an interaction."""
    record = _find(call, call.params["token"])
    if record is None or record.id != int(call.params["interaction_id"]):
        raise DiscordError(*UNKNOWN_INTERACTION)
    if record.callback is not None:
        raise call.refuse(Kind.ACKNOWLEDGED_TWICE, ACKNOWLEDGED)
    if record.too_late:
        raise call.refuse(Kind.LATE, UNKNOWN_INTERACTION)
    call.judge(_callback_violations(call, record))
    _act(call, record)
    call.world.notify()
    return _described(record) if _is_true(call, "with_response") else None


@routes.on("POST", "/webhooks/{application_id}/{token}")
def follow_up(call: Call) -> Json:
    """Send a follow-up; the first one after a deferral takes the placeholder's place."""
    record = _open(call)
    call.judge(message_violations(call.body, has_files=bool(call.request.files)))
    if record.original is not None and record.original.loading:
        messages.edit(call.world, record.original, call.body, call.request.files)
        return payloads.message(record.original)
    if record.outside_servers and len(record.followups) >= MAX_USER_INSTALL_FOLLOW_UPS:
        raise call.refuse(Kind.FOLLOW_UPS, TOO_MANY_FOLLOW_UPS)
    message = messages.send(call.world, _draft(call, record, call.body, record.original))
    record.followups.append(message)
    call.world.notify()
    return payloads.message(message)


@routes.on("GET", f"{_MESSAGES}/@original")
@routes.on("GET", f"{_MESSAGES}/{{message_id}}")
def get_message(call: Call) -> Json:
    """Return the original answer or a follow-up."""
    return payloads.message(_message(call, _open(call)))


@routes.on("PATCH", f"{_MESSAGES}/@original")
@routes.on("PATCH", f"{_MESSAGES}/{{message_id}}")
def edit_message(call: Call) -> Json:
    """Edit the original answer or a follow-up."""
    message = _message(call, _open(call))
    call.judge(message_violations(call.body, flags_before=message.flags, editing=True))
    messages.edit(call.world, message, call.body, call.request.files)
    return payloads.message(message)


@routes.on("DELETE", f"{_MESSAGES}/@original")
@routes.on("DELETE", f"{_MESSAGES}/{{message_id}}")
def delete_message(call: Call) -> None:
    """Delete the original answer or a follow-up."""
    messages.delete(call.world, _message(call, _open(call)))


def _find(call: Call, token: str) -> InteractionRecord | None:
    return next((each for each in call.world.interactions if each.token == token), None)


def _open(call: Call) -> InteractionRecord:
    """Return the interaction whose token the path holds, if it may still be answered."""
    record = _find(call, call.params["token"])
    if record is None or int(call.params["application_id"]) != call.world.bot.id:
        raise DiscordError(*INVALID_WEBHOOK_TOKEN)
    if record.expired:
        raise call.refuse(Kind.EXPIRED, INVALID_WEBHOOK_TOKEN)
    if record.callback is None:
        raise DiscordError(*UNKNOWN_WEBHOOK)
    return record


def _message(call: Call, record: InteractionRecord) -> Message:
    wanted = call.params.get("message_id")
    for message in record.messages:
        named = message is record.original if wanted is None else str(message.id) == wanted
        if named and not message.deleted:
            return message
    raise DiscordError(*UNKNOWN_MESSAGE)


def _callback_violations(call: Call, record: InteractionRecord) -> Iterator[Violation]:
    kind, data = call.body["type"], call.body.get("data") or {}
    if kind not in _ALLOWED[record.type] or (kind in (6, 7) and record.source is None):
        message = (
            f"An interaction of type {record.type} is not answered by a callback of type {kind}"
        )
        yield Violation(Kind.CALLBACK, ("type",), message)
    elif kind == CHOICES:
        yield from choice_violations(data)
    elif kind == MODAL:
        yield from modal_violations(data)
    elif kind in (REPLY, UPDATE):
        before = record.source.flags if kind == UPDATE and record.source else 0
        found = message_violations(
            data,
            flags_before=before,
            editing=kind == UPDATE,
            has_files=bool(call.request.files),
        )
        for each in found:
            where = ("data", *each.where)
            yield Violation(each.kind, where, each.message, each.code, each.rejected)


def _act(call: Call, record: InteractionRecord) -> None:
    kind, data = call.body["type"], call.body.get("data") or {}
    record.acknowledge(call.body)
    if kind == REPLY:
        record.original = messages.send(call.world, _draft(call, record, data, None))
    elif kind == DEFERRED_REPLY:
        draft = _draft(call, record, loading_body(data), None)
        record.original = messages.send(call.world, draft)
    elif kind in (DEFERRED_UPDATE, UPDATE):
        record.original = record.source
        if kind == UPDATE and record.source is not None:
            messages.edit(call.world, record.source, data, call.request.files)


def _draft(
    call: Call, record: InteractionRecord, body: Json, reply_to: Message | None
) -> messages.Draft:
    return messages.Draft(
        record.channel,
        call.world.bot,
        body,
        call.request.files,
        reply_to=reply_to or (record.source if record.type == COMPONENT else None),
        interaction=record.metadata(),
        only_for=record.user,
    )


def _is_true(call: Call, name: str) -> bool:
    return call.request.query.get(name, "false").lower() in ("1", "true")


def _described(record: InteractionRecord) -> Json:
    kind = record.callback_type
    interaction: dict[str, Any] = {"id": str(record.id), "type": record.type}
    described: Json = {"interaction": interaction}
    if record.original is not None and kind in (REPLY, DEFERRED_REPLY, UPDATE, DEFERRED_UPDATE):
        interaction["response_message_id"] = str(record.original.id)
        interaction["response_message_loading"] = record.original.loading
        interaction["response_message_ephemeral"] = record.original.ephemeral
        described["resource"] = {"type": kind, "message": payloads.message(record.original)}
    return described
