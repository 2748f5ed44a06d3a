"""What went wrong, told to the admins once.

* `matters`: what there is to tell, gathered from deliveries, chats and editions
* `wording`: how it is said, and what to do about it
* `notices`: the loop that owes it to the admins, or leaves it to the log
"""
