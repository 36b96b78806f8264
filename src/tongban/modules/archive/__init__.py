"""Archive owns closed cases as packages (归档信息包) with fixity; what goes in is the caller's business."""
