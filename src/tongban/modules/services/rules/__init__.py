"""Every decision of services: pure functions; time and calendar are arguments."""
