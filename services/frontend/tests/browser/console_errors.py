"""Collect a page's errors: uncaught exceptions, dialogs and content security policy violations."""

from playwright.sync_api import ConsoleMessage, Dialog, Page


def page_errors(page: Page) -> list[str]:
    """Return a list that collects the page's uncaught exceptions, dialogs and policy violations."""
    errors: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text or "TrustedHTML" in message.text:
            errors.append(f"policy: {message.text}")

    def dismiss(dialog: Dialog) -> None:
        errors.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    page.on("pageerror", lambda error: errors.append(f"script: {error}"))
    page.on("dialog", dismiss)
    page.on("console", listen)
    return errors
