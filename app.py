"""The web page: python app.py, then open the address it prints."""

from emoji_qa.page.command import main

if __name__ == "__main__":
    main()
