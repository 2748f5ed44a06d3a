"""What people ask and chats report: on disk before the platform is told that it arrived, and acted on once."""
