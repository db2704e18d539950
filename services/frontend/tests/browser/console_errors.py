"""Collect a page's errors: uncaught exceptions, dialogs and content security policy violations."""

from playwright.sync_api import ConsoleMessage, Dialog, Page


def complaints_of(page: Page) -> list[str]:
    """Return a list that collects the page's uncaught exceptions, dialogs and policy violations."""
    complaints: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text or "TrustedHTML" in message.text:
            complaints.append(f"policy: {message.text}")

    def dismiss(dialog: Dialog) -> None:
        complaints.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    page.on("pageerror", lambda error: complaints.append(f"script: {error}"))
    page.on("dialog", dismiss)
    page.on("console", listen)
    return complaints
