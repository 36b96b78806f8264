"""The only place that knows every module: joins them into one government, on the web and in a terminal."""
