"""Notices owns telling people: the message box (消息) and its channels. What is said is the caller's."""
