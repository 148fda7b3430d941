# The page in a container: docker build -t emoji-qa . && docker run -p 7860:7860 emoji-qa
FROM python:3.12-slim
RUN useradd --create-home user
WORKDIR /home/user/emoji-qa
COPY . .
RUN pip install --no-cache-dir -r requirements.txt -c constraints.txt
USER user
EXPOSE 7860
CMD ["python", "app.py", "--host", "0.0.0.0", "--port", "7860"]
