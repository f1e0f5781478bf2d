"""SecureBlogs: a blog for groups in which every post is encrypted for exactly those who may read it."""
