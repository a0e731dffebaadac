"""What people say of answers: whose queues, which disagreements."""
